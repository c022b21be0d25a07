using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace MGLMM.Orleans.Pictures;

/// <summary>Answers a question on the model's own threads, apart from the grain's single one.</summary>
internal static partial class Answering
{
    /// <summary>Writes the answer's pieces, or why there is none, completes the writer and ends the count of the question. Never throws.</summary>
    public static async Task RunAsync(
        IDisposable counted, IOpenedImage image, PictureQuestion question, ChannelWriter<AnswerChunk> writer, ILogger logger, CancellationToken cancellationToken)
    {
        using IDisposable underWay = counted;
        try
        {
            AskOptions options = (AskOptions?)JsonSerializer.Deserialize(question.Options, typeof(AskOptions), GroundingJson.Options) ?? AskOptions.Default;
            if (question.TellsProgress)
            {
                options = options with { Progress = new Teller(writer) };
            }

            if (question.Prepares)
            {
                await image.PrepareAsync(options, cancellationToken).ConfigureAwait(false);
                await writer.WriteAsync(new AnswerChunk(ChunkKind.Prepared), cancellationToken).ConfigureAwait(false);
                return;
            }

            await foreach (AnswerPiece piece in image.StreamAsync(question.Instruction, options, cancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(AnswerChunk.Of(piece), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            AnswerFault fault = AnswerFault.Of(exception);
            if (fault.Kind == FaultKind.Unavailable)
            {
                LogFailure(logger, exception);
            }

            await TellAsync(writer, fault, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writer.TryComplete();
        }
    }

    /// <summary>Waits for room as long as somebody reads; a reader that has gone reads nothing.</summary>
    private static async Task TellAsync(ChannelWriter<AnswerChunk> writer, AnswerFault fault, CancellationToken cancellationToken)
    {
        try
        {
            if (!writer.TryWrite(AnswerChunk.Of(fault)))
            {
                await writer.WriteAsync(AnswerChunk.Of(fault), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A question could not be answered.")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    /// <summary>Progress is told where there is room: it may be left out, and the model never waits for it.</summary>
    private sealed class Teller(ChannelWriter<AnswerChunk> writer) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => writer.TryWrite(AnswerChunk.Of(value));
    }
}

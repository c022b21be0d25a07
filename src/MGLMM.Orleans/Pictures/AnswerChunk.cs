using System.Text.Json;
using Orleans;

namespace MGLMM.Orleans.Pictures;

/// <summary>What a piece of a streamed answer is.</summary>
internal enum ChunkKind
{
    /// <summary>Text that was just decoded.</summary>
    Text,

    /// <summary>How far the work is.</summary>
    Progress,

    /// <summary>The whole answer; the last one.</summary>
    Answer,

    /// <summary>The worker does not have the picture's pixels (any more): send them and ask again.</summary>
    NeedsPixels,

    /// <summary>This worker takes no more questions, or has many more than others: ask another copy of the picture.</summary>
    Moved,

    /// <summary>Why there is no answer; the last one.</summary>
    Fault,

    /// <summary>The picture is prepared, which was all that was wanted; the last one.</summary>
    Prepared,
}

/// <summary>A piece of a streamed answer on its way through the cluster. Texts and answers travel as <see cref="GroundingJson"/> has them.</summary>
[GenerateSerializer, Immutable, Alias("mglmm.answer-chunk")]
internal sealed record AnswerChunk([property: Id(0)] ChunkKind Kind, [property: Id(1)] string? Text = null)
{
    /// <summary>Why there is no answer.</summary>
    [Id(2)]
    public AnswerFault? Fault { get; init; }

    /// <summary>Work that is under way: done, of how much, counted in what.</summary>
    [Id(3)]
    public (long Done, long Total, string Unit) Progress { get; init; }

    public static AnswerChunk Of(AnswerPiece piece) => piece is TextPiece text
        ? new AnswerChunk(ChunkKind.Text, text.Text)
        : new AnswerChunk(ChunkKind.Answer, JsonSerializer.Serialize(((CompletedPiece)piece).Answer, typeof(GroundedAnswer), GroundingJson.Options));

    public static AnswerChunk Of(WorkProgress progress) => new(ChunkKind.Progress, progress.Work) { Progress = (progress.Done, progress.Total, progress.Unit) };

    public static AnswerChunk Of(AnswerFault fault) => new(ChunkKind.Fault) { Fault = fault };

    /// <summary>The whole answer that an <see cref="ChunkKind.Answer"/> brings.</summary>
    /// <exception cref="ModelUnavailableException">It is not whole.</exception>
    public GroundedAnswer ToAnswer()
    {
        try
        {
            return (GroundedAnswer?)JsonSerializer.Deserialize(Text!, typeof(GroundedAnswer), GroundingJson.Options) ?? throw new JsonException("There is none.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or NotSupportedException)
        {
            throw new ModelUnavailableException("The worker's answer cannot be read: workers and gateway are of different versions.", exception);
        }
    }

    public WorkProgress ToProgress() => new(Text ?? string.Empty, Progress.Done, Progress.Total, Progress.Unit);
}

using System.Runtime.CompilerServices;
using MGLMM.Imaging;
using Microsoft.Extensions.AI;

namespace MGLMM.Extensions.AI;

/// <summary>
/// A grounding model as a chat client: the user's message carries a picture (<see cref="DataContent"/>) and an instruction; the answer is
/// the model's text with its mark-up (<c>&lt;p&gt; a man &lt;/p&gt; [SEG]</c>), without the end token, and its regions as the additional property
/// <see cref="SegmentsKey"/>.
/// </summary>
/// <remarks>
/// <para>Thread-safe. The model stays the caller's: disposing the client disposes nothing.</para>
/// <para>
/// The last picture counts, and the messages since then are the dialogue about it; send answers back as they came, mark-up included. Where
/// the dialogue is longer than the model can take, or than 512 turns, its oldest are left out. System messages, tools, temperatures and response formats
/// are ignored: the model was trained without, decodes greedily and calls no functions. For an agent, give the vision functions to a chat
/// model instead.
/// </para>
/// <para>
/// The whole answer is the <see cref="ChatResponse.RawRepresentation"/>, and that of the last update, as a <see cref="GroundedAnswer"/>.
/// Exceptions are those of <see cref="IOpenedImage"/>, <see cref="ImageFormatException"/> for a picture that cannot be read, and
/// <see cref="ArgumentException"/> for a chat that is no question about a picture.
/// </para>
/// </remarks>
public sealed class MglmmChatClient : IChatClient
{
    /// <summary>The additional property with the answer's regions, a list of <see cref="ChatSegment"/>: <c>segments</c>.</summary>
    public const string SegmentsKey = "segments";

    private const string Provider = "mglmm";

    private readonly Func<CancellationToken, ValueTask<IGroundingModel>> _model;
    private readonly MglmmChatClientOptions _options;
    private readonly IImageDecoder _decoder;
    private IGroundingModel? _known;

    /// <summary>Makes a chat client of a model.</summary>
    /// <param name="model">The model. It stays the caller's.</param>
    /// <param name="options">Null takes the defaults.</param>
    public MglmmChatClient(IGroundingModel model, MglmmChatClientOptions? options = null)
        : this(_ => ValueTask.FromResult(model), options)
    {
        ArgumentNullException.ThrowIfNull(model);
        _known = model;
    }

    /// <summary>Makes a chat client of a model that may not be there yet.</summary>
    /// <param name="model">Gives the model, with each request; it may wait. What it throws, the request throws.</param>
    /// <param name="options">Null takes the defaults.</param>
    public MglmmChatClient(Func<CancellationToken, ValueTask<IGroundingModel>> model, MglmmChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? MglmmChatClientOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumNewTokens, 1, nameof(options));
        _decoder = _options.Decoder ?? SkiaImageDecoder.Instance;
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (IOpenedImage image, PictureQuestion question, string name) = await OpenAsync(messages, cancellationToken).ConfigureAwait(false);
        PictureQuestion asked = question;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                GroundedAnswer answer = await image.AskAsync(asked.Instruction, OptionsOf(asked, options), cancellationToken).ConfigureAwait(false);
                ChatMessage message = new(ChatRole.Assistant, EndTokenFilter.Without(answer.Text))
                {
                    MessageId = NewId(),
                    RawRepresentation = answer,
                    AdditionalProperties = PropertiesOf(answer),
                };
                return new ChatResponse(message)
                {
                    ResponseId = NewId(),
                    ModelId = name,
                    CreatedAt = DateTimeOffset.UtcNow,
                    FinishReason = ReasonOf(answer),
                    Usage = UsageOf(answer),
                    RawRepresentation = answer,
                    AdditionalProperties = PropertiesOf(answer),
                };
            }
            catch (PromptTooLongException) when (asked.EarlierTurns.Count > 0)
            {
                asked = asked.WithoutOldest();
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (IOpenedImage image, PictureQuestion question, string name) = await OpenAsync(messages, cancellationToken).ConfigureAwait(false);
        (string response, string message, DateTimeOffset created) = (NewId(), NewId(), DateTimeOffset.UtcNow);
        EndTokenFilter filter = new();
        IAsyncEnumerator<AnswerPiece> pieces = await StartAsync(image, question, options, cancellationToken).ConfigureAwait(false);
        await using (pieces.ConfigureAwait(false))
        {
            do
            {
                if (pieces.Current is TextPiece piece && filter.Next(piece.Text) is { Length: > 0 } text)
                {
                    yield return Update(new TextContent(text));
                }
                else if (pieces.Current is CompletedPiece completed)
                {
                    GroundedAnswer answer = completed.Answer;
                    if (filter.End() is { Length: > 0 } rest)
                    {
                        yield return Update(new TextContent(rest));
                    }

                    ChatResponseUpdate last = Update(new UsageContent(UsageOf(answer)));
                    last.FinishReason = ReasonOf(answer);
                    last.RawRepresentation = answer;
                    last.AdditionalProperties = PropertiesOf(answer);
                    yield return last;
                }
            }
            while (await pieces.MoveNextAsync().ConfigureAwait(false));
        }

        ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
        {
            ResponseId = response,
            MessageId = message,
            ModelId = name,
            CreatedAt = created,
        };
    }

    /// <summary>Asks for the client itself, its metadata (<see cref="ChatClientMetadata"/>), the model, or what the model gives.</summary>
    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? _known?.GetService(serviceType, serviceKey)
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(Provider, defaultModelId: _known?.Card.Name)
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_known) ? _known
            : _known?.GetService(serviceType);
    }

    /// <summary>Does nothing: the model is the caller's.</summary>
    public void Dispose()
    {
    }

    /// <summary>Begins to stream, with as many earlier turns as the model takes. The first piece is there.</summary>
    private async Task<IAsyncEnumerator<AnswerPiece>> StartAsync(IOpenedImage image, PictureQuestion question, ChatOptions? options, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IAsyncEnumerator<AnswerPiece> pieces = image.StreamAsync(question.Instruction, OptionsOf(question, options), cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return await pieces.MoveNextAsync().ConfigureAwait(false) ? pieces : throw new ModelUnavailableException("The model ended without an answer.");
            }
            catch (PromptTooLongException) when (question.EarlierTurns.Count > 0)
            {
                await pieces.DisposeAsync().ConfigureAwait(false);
                question = question.WithoutOldest();
            }
            catch
            {
                await pieces.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task<(IOpenedImage Image, PictureQuestion Question, string Model)> OpenAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        PictureQuestion question = PictureQuestion.Of(messages);
        IGroundingModel model = await _model(cancellationToken).ConfigureAwait(false);
        _known = model;

        // Decoding holds the processor for long; the caller's thread may be one that draws a window.
        DecodedImage decoded = await Task.Run(
            () => _decoder.DecodeAsync(question.Picture.Data, model.Card.ImageLimits, cancellationToken), cancellationToken).ConfigureAwait(false);
        return (await model.OpenImageAsync(decoded.Pixels, cancellationToken).ConfigureAwait(false), question, model.Card.Name);
    }

    private AskOptions OptionsOf(PictureQuestion question, ChatOptions? options) => new()
    {
        MaximumNewTokens = options?.MaxOutputTokens is { } wanted and > 0 ? Math.Min(wanted, _options.MaximumNewTokens) : _options.MaximumNewTokens,
        EarlierTurns = question.EarlierTurns,
        Requester = _options.Requester,
        Priority = _options.Priority,
        Deadline = _options.Deadline,
    };

    private static AdditionalPropertiesDictionary PropertiesOf(GroundedAnswer answer) =>
        new() { [SegmentsKey] = (IReadOnlyList<ChatSegment>)[.. answer.Segments.Select(ChatSegment.Of)] };

    private static ChatFinishReason ReasonOf(GroundedAnswer answer) =>
        answer.StopReason == StopReason.EndOfSequence ? ChatFinishReason.Stop : ChatFinishReason.Length;

    private static UsageDetails UsageOf(GroundedAnswer answer) => new()
    {
        InputTokenCount = answer.Timings.PromptPositions,
        CachedInputTokenCount = answer.Timings.ReusedPositions,
        OutputTokenCount = answer.TokenIds.Count,
        TotalTokenCount = answer.Timings.PromptPositions + answer.TokenIds.Count,
    };

    private static string NewId() => Guid.NewGuid().ToString("N");
}

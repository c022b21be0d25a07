namespace MGLMM.Runtime;

/// <summary>
/// A picture opened over a model. Ask it any number of instructions, from any threads: the first pays for encoding the
/// picture, the others only for their own tokens. Holds the pixels only, so it needs no disposal.
/// </summary>
public sealed class OpenedImage : IOpenedImage
{
    private readonly MglmmModel _model;

    internal OpenedImage(MglmmModel model, RgbImage image)
    {
        _model = model;
        Pixels = image;
    }

    /// <summary>Width in pixels.</summary>
    public int Width => Pixels.Width;

    /// <summary>Height in pixels.</summary>
    public int Height => Pixels.Height;

    /// <summary>The picture.</summary>
    public RgbImage Pixels { get; }

    /// <summary>Answers one instruction.</summary>
    /// <param name="instruction">Raw text; it is not rewritten. May not hold <c>&lt;image&gt;</c>.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="cancellationToken">Observed at every token and within runs.</param>
    /// <exception cref="EngineBusyException">The queue is full.</exception>
    /// <exception cref="PromptTooLongException">The instruction does not fit the model.</exception>
    /// <exception cref="ArgumentException">The instruction is empty or holds <c>&lt;image&gt;</c>, or its boxes cannot be given to this model.</exception>
    /// <exception cref="ModelUnavailableException">The model's output is not a number.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
        DialogueOf(options).AskAsync(instruction, options, cancellationToken);

    /// <summary>Answers one instruction piece by piece: text as it is decoded, then the whole answer.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
        DialogueOf(options).StreamAsync(instruction, options, cancellationToken);

    /// <inheritdoc/>
    public Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default) => _model.PrepareAsync(Pixels, options ?? AskOptions.Default, cancellationToken);

    /// <summary>Starts a dialogue about this picture, in which each turn knows the ones before.</summary>
    public Dialogue StartDialogue() => new(_model, Pixels, []);

    /// <summary>Goes on with a dialogue whose turns were kept elsewhere, for example across a restart.</summary>
    /// <param name="earlier">Oldest first.</param>
    public Dialogue StartDialogue(IReadOnlyList<EarlierTurn> earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return new Dialogue(_model, Pixels, earlier);
    }

    private Dialogue DialogueOf(AskOptions? options) => new(_model, Pixels, options?.EarlierTurns ?? []);
}

namespace MGLMM;

/// <summary>
/// A picture opened over an <see cref="IGroundingModel"/>. Thread-safe: ask it any number of instructions, at once or one after the
/// other. Holds nothing that must be disposed.
/// </summary>
public interface IOpenedImage
{
    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Answers one instruction.</summary>
    /// <param name="instruction">Raw text in the model's own wording; it is not rewritten. May not hold <c>&lt;image&gt;</c>.</param>
    /// <param name="options">Earlier turns and limits; null takes the defaults.</param>
    /// <param name="cancellationToken">Observed at every token at the latest.</param>
    /// <returns>The answer; its masks are of this picture's size.</returns>
    /// <exception cref="EngineBusyException">The queue is full, or the deadline cannot be met.</exception>
    /// <exception cref="AnswerDeadlineException">The answer was not there by its deadline.</exception>
    /// <exception cref="ArgumentException">The instruction is empty or holds <c>&lt;image&gt;</c>, or its boxes cannot be given to this model.</exception>
    /// <exception cref="PromptTooLongException">The instruction, with its earlier turns, does not fit the model.</exception>
    /// <exception cref="ModelUnavailableException">The model cannot be reached, is not ready, or gave no usable answer.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers one instruction piece by piece: text as it is decoded, then the whole answer. Ending the enumeration early cancels it.
    /// </summary>
    /// <inheritdoc cref="AskAsync"/>
    public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Does ahead what answers about this picture need, so that the first one comes sooner: to be called when a picture was opened and its question is still being written. Asking
    /// needs no preparation, and may begin before it ends; what only masks need is left to an answer that is under way by then. A model that has nothing to prepare does nothing.
    /// </summary>
    /// <param name="options">Whose request it is, whether it can wait, how long answers may be, and who is told how far it is; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends it early; what is done by then counts.</param>
    /// <exception cref="EngineBusyException">The queue is full.</exception>
    /// <exception cref="ModelUnavailableException">The model cannot be reached or is not ready.</exception>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default) => Task.CompletedTask;
}

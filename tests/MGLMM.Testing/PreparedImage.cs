namespace MGLMM.Testing;

/// <summary>A picture that is asked as another one, and prepared as a test wants it.</summary>
/// <param name="inner">Answers.</param>
/// <param name="prepare">Is told of each preparation and says how it ends.</param>
public sealed class PreparedImage(IOpenedImage inner, Func<AskOptions?, Task> prepare) : IOpenedImage
{
    public int Width => inner.Width;

    public int Height => inner.Height;

    public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => inner.AskAsync(instruction, options, cancellationToken);

    public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => inner.StreamAsync(instruction, options, cancellationToken);

    public Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default) => prepare(options);
}

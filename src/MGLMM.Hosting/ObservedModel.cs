namespace MGLMM.Hosting;

/// <summary>Tells <see cref="AnswerProgress"/> what the model says; asks exactly as without where nobody watches. Disposes nothing.</summary>
internal sealed class ObservedModel(IGroundingModel inner) : DelegatingGroundingModel(inner)
{
    public override async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
        new ObservedImage(await base.OpenImageAsync(image, cancellationToken).ConfigureAwait(false));

    /// <summary>The model is the host's.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class ObservedImage(IOpenedImage inner) : IOpenedImage
    {
        public int Width => inner.Width;

        public int Height => inner.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
            AnswerProgress.Current is { } observer
                ? WatchedAsync(observer, instruction, options, cancellationToken)
                : inner.AskAsync(instruction, options, cancellationToken);

        public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.StreamAsync(instruction, options, cancellationToken);

        public Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default) => inner.PrepareAsync(options, cancellationToken);

        private async Task<GroundedAnswer> WatchedAsync(Action<string> observer, string instruction, AskOptions? options, CancellationToken cancellationToken)
        {
            await foreach (AnswerPiece? piece in inner.StreamAsync(instruction, options, cancellationToken).ConfigureAwait(false))
            {
                if (piece is TextPiece text)
                {
                    observer(text.Text);
                }
                else if (piece is CompletedPiece completed)
                {
                    return completed.Answer;
                }
            }

            throw new ModelUnavailableException("The model ended without an answer.");
        }
    }
}

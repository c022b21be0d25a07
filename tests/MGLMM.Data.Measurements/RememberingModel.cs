using System.Collections.Concurrent;

namespace MGLMM.Data.Measurements;

/// <summary>
/// A model that is asked the same about a picture once. Runs that are compared share most of their questions, and an answer depends on picture and
/// question alone; what was asked about the last few pictures is kept. Thread-safe.
/// </summary>
internal sealed class RememberingModel(IGroundingModel inner) : DelegatingGroundingModel(inner)
{
    private const int Pictures = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<Remembered> _pictures = new();

    public long Asked { get; private set; }

    public long Answered { get; private set; }

    public override async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_pictures.FirstOrDefault(picture => picture.Hash == image.ContentHash && picture.Width == image.Width) is { } known)
            {
                return known;
            }
        }

        Remembered opened = new(this, image.ContentHash, await Inner.OpenImageAsync(image, cancellationToken).ConfigureAwait(false));
        lock (_lock)
        {
            _pictures.AddLast(opened);
            if (_pictures.Count > Pictures)
            {
                _pictures.RemoveFirst();
            }
        }

        return opened;
    }

    private sealed class Remembered(RememberingModel model, string hash, IOpenedImage inner) : IOpenedImage
    {
        private readonly ConcurrentDictionary<string, Task<GroundedAnswer>> _answers = new(StringComparer.Ordinal);

        public string Hash => hash;

        public int Width => inner.Width;

        public int Height => inner.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (options is not null)
            {
                return inner.AskAsync(instruction, options, cancellationToken);
            }

            model.Asked++;
            return _answers.GetOrAdd(instruction, asked =>
            {
                model.Answered++;
                return inner.AskAsync(asked, cancellationToken: cancellationToken);
            });
        }

        public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => inner.StreamAsync(instruction, options, cancellationToken);
    }
}

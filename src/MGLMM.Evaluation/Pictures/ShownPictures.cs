using MGLMM.Evaluation.SegCap;
using MGLMM.Runtime.Imaging;

namespace MGLMM.Evaluation.Pictures;

/// <summary>Which picture a sample is asked about: its own, or another sample's where pictures are shuffled. Immutable.</summary>
internal sealed class ShownPictures
{
    private readonly string _folder;
    private readonly ImageLimits _limits;
    private readonly Dictionary<string, string>? _others;

    /// <param name="folder">Where the SegCap file lies.</param>
    /// <param name="limits">What pictures are accepted.</param>
    /// <param name="shuffle">Whether each picture gives way to the next one of the file.</param>
    /// <param name="samples">All samples of the file, so that a selection of them is shown the same pictures.</param>
    /// <exception cref="InvalidDataException">There is only one picture to shuffle.</exception>
    public ShownPictures(string folder, ImageLimits limits, bool shuffle, IReadOnlyList<SegCapSample> samples)
    {
        (_folder, _limits) = (folder, limits);
        if (shuffle)
        {
            var images = samples.Select(sample => sample.Image).Distinct(StringComparer.Ordinal).ToArray();
            _others = images.Length > 1
                ? Enumerable.Range(0, images.Length).ToDictionary(index => images[index], index => images[(index + 1) % images.Length], StringComparer.Ordinal)
                : throw new InvalidDataException("Shuffling needs samples of at least two pictures.");
        }
    }

    /// <summary>The name of the picture.</summary>
    public string NameFor(SegCapSample sample) => _others?[sample.Image] ?? sample.Image;

    /// <summary>The whole picture, in the sample's size: another sample's is resized to it.</summary>
    /// <exception cref="InvalidDataException">The sample's own picture has another size than the sample says.</exception>
    public RgbImage Load(SegCapSample sample)
    {
        var picture = ImageDecoder.DecodeFile(Path.Combine(_folder, NameFor(sample)), _limits);
        if (picture.Width == sample.Width && picture.Height == sample.Height)
        {
            return picture;
        }

        return _others is not null
            ? PillowResize.Resize(picture, sample.Width, sample.Height, ResampleFilter.Bilinear)
            : throw new InvalidDataException($"The picture of sample '{sample.Id}' is {picture.Width}x{picture.Height} instead of {sample.Width}x{sample.Height}.");
    }
}

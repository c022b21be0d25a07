using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Data.Imaging;
using MGLMM.Data.SegCap;
using MGLMM.Imaging;

namespace MGLMM.Evaluation.Predictions;

/// <summary>What a model has before it in a sample, by name and by content.</summary>
internal interface IShownPictures
{
    /// <summary>The name of the picture.</summary>
    public string NameFor(SegCapSample sample);

    /// <summary>A hash of the picture's content and size, the region and the earlier turns.</summary>
    public string HashOf(SegCapSample sample);
}

/// <summary>Which picture a sample is asked about: its own, or another sample's where pictures are shuffled. Thread-safe.</summary>
internal sealed class ShownPictures : IShownPictures
{
    private readonly ConcurrentDictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);
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
            string[] images = samples.Select(sample => sample.Image).Distinct(StringComparer.Ordinal).ToArray();
            _others = images.Length > 1
                ? Enumerable.Range(0, images.Length).ToDictionary(index => images[index], index => images[(index + 1) % images.Length], StringComparer.Ordinal)
                : throw new InvalidDataException("Shuffling needs samples of at least two pictures.");
        }
    }

    /// <inheritdoc/>
    public string NameFor(SegCapSample sample) => _others?[sample.Image] ?? sample.Image;

    /// <inheritdoc/>
    /// <remarks>A picture's file is read once, however many samples are about it.</remarks>
    public string HashOf(SegCapSample sample)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_hashes.GetOrAdd(NameFor(sample), name =>
        {
            using FileStream file = File.OpenRead(Path.Combine(_folder, name));
            return SHA256.HashData(file);
        }));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new ShownContext(sample.Width, sample.Height, sample.Region, sample.History), ShownContextJson.Default.ShownContext));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Looks for the files before minutes are spent on asking.</summary>
    /// <exception cref="FileNotFoundException">Some are missing; the message names one.</exception>
    public void CheckAllAreThere(IReadOnlyList<SegCapSample> samples)
    {
        SegCapSample[] missing = samples.DistinctBy(NameFor, StringComparer.Ordinal).Where(sample => !File.Exists(Path.Combine(_folder, NameFor(sample)))).ToArray();
        if (missing.Length > 0)
        {
            throw new FileNotFoundException(
                $"The picture '{NameFor(missing[0])}' of sample '{missing[0].Id}' is not in '{_folder}'{(missing.Length > 1 ? $" ({missing.Length} pictures are missing)" : string.Empty)}. Pictures lie where the SegCap file names them, relative to it.");
        }
    }

    /// <summary>Compares sizes, as far as the files' headers tell them, before minutes are spent on asking.</summary>
    /// <exception cref="InvalidDataException">A sample's own picture has another size than the sample says.</exception>
    public void CheckSizes(IReadOnlyList<SegCapSample> samples)
    {
        if (_others is not null)
        {
            return;
        }

        Dictionary<string, (int Width, int Height)?> sizes = new(StringComparer.Ordinal);
        foreach (SegCapSample sample in samples)
        {
            if (!sizes.TryGetValue(sample.Image, out (int Width, int Height)? size))
            {
                sizes.Add(sample.Image, size = PictureSize.TryRead(Path.Combine(_folder, sample.Image)));
            }

            if (size is (int width, int height) && (width != sample.Width || height != sample.Height))
            {
                throw OtherSize(sample, width, height);
            }
        }
    }

    /// <summary>The whole picture, in the sample's size: another sample's is resized to it.</summary>
    /// <exception cref="InvalidDataException">The sample's own picture has another size than the sample says.</exception>
    public RgbImage Load(SegCapSample sample)
    {
        RgbImage picture = ImageDecoder.DecodeFile(Path.Combine(_folder, NameFor(sample)), _limits);
        if (picture.Width == sample.Width && picture.Height == sample.Height)
        {
            return picture;
        }

        return _others is not null
            ? PillowResize.Resize(picture, sample.Width, sample.Height, ResampleFilter.Bilinear)
            : throw OtherSize(sample, picture.Width, picture.Height);
    }

    private static InvalidDataException OtherSize(SegCapSample sample, int width, int height) =>
        new($"The picture of sample '{sample.Id}' is {width}x{height} instead of {sample.Width}x{sample.Height}. Sizes and masks are those of the picture as it is shown, turned where its EXIF data say so.");
}

/// <summary>What belongs to a sample's picture besides its content.</summary>
internal sealed record ShownContext(int Width, int Height, IReadOnlyList<int>? Region, IReadOnlyList<SegCapTurn> History);

/// <summary>Source-generated JSON of what is hashed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ShownContext))]
internal sealed partial class ShownContextJson : JsonSerializerContext;

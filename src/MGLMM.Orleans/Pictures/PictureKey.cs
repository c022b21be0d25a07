using MGLMM.Orleans.Workers;

namespace MGLMM.Orleans.Pictures;

/// <summary>What a picture's grain is called: the model that is asked, which of several copies, and the picture's content.</summary>
/// <param name="Model">The model's <see cref="ModelId"/>.</param>
/// <param name="Copy">0, or more where a picture is asked so much that several workers have it.</param>
/// <param name="ContentHash"><see cref="RgbImage.ContentHash"/>.</param>
internal readonly record struct PictureKey(string Model, int Copy, string ContentHash)
{
    private const char Separator = '/';

    /// <exception cref="FormatException">It is none.</exception>
    public static PictureKey Parse(string key)
    {
        // The model's part may hold the separator: a name is the model's own.
        int last = key.LastIndexOf(Separator);
        int before = last > 0 ? key.LastIndexOf(Separator, last - 1) : -1;
        return before > 0 && int.TryParse(key.AsSpan(before + 1, last - before - 1), out int copy)
            ? new PictureKey(key[..before], copy, key[(last + 1)..])
            : throw new FormatException($"'{key}' is no picture's key.");
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Model}{Separator}{Copy}{Separator}{ContentHash}");
}

namespace MGLMM.Testing;

/// <summary>The pictures and reference numbers of <c>data/imaging</c>.</summary>
public static class ImagingData
{
    private static readonly string Root = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "imaging");

    /// <summary>What cv2.imread gives for each picture (see <c>make_files.py</c>).</summary>
    public static NpzFile Decoded { get; } = NpzFile.Load(PathOf("decoded.npz"));

    /// <summary>What Pillow's resize gives.</summary>
    public static NpzFile Resized { get; } = NpzFile.Load(PathOf("resized.npz"));

    public static string PathOf(string fileName) => Path.Combine(Root, fileName);

    public static byte[] Bytes(string fileName) => File.ReadAllBytes(PathOf(fileName));

    /// <summary>The first place where a picture differs from a [height, width, 3] array, or null.</summary>
    public static string? FirstDifference(NpyArray expected, RgbImage actual)
    {
        if (!expected.Shape.SequenceEqual([actual.Height, actual.Width, 3]))
        {
            return $"size {actual.Width}x{actual.Height} instead of [{string.Join(", ", expected.Shape)}]";
        }

        int at = actual.Pixels.CommonPrefixLength(expected.Bytes);
        return at == actual.Pixels.Length
            ? null
            : $"({at / 3 % actual.Width}, {at / 3 / actual.Width}) channel {at % 3}: {actual.Pixels[at]} instead of {expected.Bytes[at]}";
    }
}

using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// The typeface that comes with this library: DejaVu Sans Bold, cut down to Latin, Greek, Cyrillic and punctuation. Labels look the same on every
/// machine, also on one without fonts. Its licence lies beside it (<c>Fonts/LICENSE-DejaVu.txt</c>, also in the assembly).
/// </summary>
internal static class EmbeddedTypeface
{
    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The typeface; shared, never to be disposed.</summary>
    public static SKTypeface Instance => Loaded.Value;

    private static SKTypeface Load()
    {
        using Stream stream = typeof(EmbeddedTypeface).Assembly.GetManifestResourceStream("MGLMM.Imaging.Fonts.DejaVuSans-Bold-subset.ttf")!;
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The embedded typeface cannot be loaded: SkiaSharp's native library was built without FreeType.");
    }
}

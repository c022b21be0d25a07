using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// What labels are written with: the embedded typeface, and for what it cannot write, those of this machine, loaded from its font folders. Skia's
/// own default cannot be used: its Linux build without dependencies knows no font and then draws nothing, without a word.
/// </summary>
internal static class LabelTypefaces
{
    // The best first. The last ones are there for what the others cannot write.
    private static readonly string[] FileNames =
    [
        "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSans-Bold.ttf", "NotoSans-SemiBold.ttf", "Roboto-Bold.ttf", "Ubuntu-B.ttf",
        "OpenSans-Bold.ttf", "segoeuib.ttf", "arialbd.ttf", "Arial Bold.ttf", "HelveticaNeue.ttc", "Helvetica.ttc",
        "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Roboto-Regular.ttf", "Ubuntu-R.ttf", "segoeui.ttf",
        "arial.ttf", "Arial.ttf", "FreeSans.ttf", "FreeSansBold.ttf",
        "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "msyh.ttc", "PingFang.ttc", "Arial Unicode.ttf",
    ];

    private static readonly Lazy<SKTypeface[]> Found = new(Load);

    /// <summary>The embedded typeface if it can write the whole text, else one of the machine that can, else the embedded one all the same.</summary>
    public static SKTypeface For(string text) =>
        Writes(EmbeddedTypeface.Instance, text) ? EmbeddedTypeface.Instance : Array.Find(Found.Value, typeface => Writes(typeface, text)) ?? EmbeddedTypeface.Instance;

    private static bool Writes(SKTypeface typeface, string text)
    {
        using SKFont font = new(typeface);
        return font.ContainsGlyphs(text);
    }

    private static SKTypeface[] Load()
    {
        Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
        EnumerationOptions enumeration = new()
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
        };
        foreach (string folder in Folders().Where(Directory.Exists))
        {
            try
            {
                foreach (string path in Directory.EnumerateFiles(folder, "*.tt?", enumeration))
                {
                    paths.TryAdd(Path.GetFileName(path), path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A folder that cannot be read holds no font for us.
            }
        }

        return
        [
            .. FileNames
                .Where(paths.ContainsKey)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(name => SKTypeface.FromFile(paths[name]))
                .Where(typeface => typeface is { GlyphCount: > 0 }),
        ];
    }

    private static IEnumerable<string> Folders()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return Environment.GetFolderPath(Environment.SpecialFolder.Fonts);
            yield break;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
        {
            yield return "/System/Library/Fonts";
            yield return "/Library/Fonts";
            yield return Path.Combine(home, "Library", "Fonts");
            yield break;
        }

        yield return "/usr/share/fonts";
        yield return "/usr/local/share/fonts";
        yield return Path.Combine(home, ".local", "share", "fonts");
        yield return Path.Combine(home, ".fonts");
    }
}

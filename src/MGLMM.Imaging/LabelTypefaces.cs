using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// What labels are written with: the embedded typeface, and for what it cannot write, those of this machine, loaded from its font folders. Skia's
/// own default cannot be used: its Linux build without dependencies knows no font and then draws nothing, without a word.
/// </summary>
internal static class LabelTypefaces
{
    // The best first, then those for what the others cannot write. All others of the machine come behind these.
    private static readonly string[] FileNames =
    [
        "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSans-Bold.ttf", "NotoSans-SemiBold.ttf", "Roboto-Bold.ttf", "Ubuntu-B.ttf",
        "OpenSans-Bold.ttf", "segoeuib.ttf", "arialbd.ttf", "Arial Bold.ttf", "HelveticaNeue.ttc", "Helvetica.ttc",
        "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Roboto-Regular.ttf", "Ubuntu-R.ttf", "segoeui.ttf",
        "arial.ttf", "Arial.ttf", "FreeSans.ttf", "FreeSansBold.ttf",
        "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "msyh.ttc", "PingFang.ttc", "Arial Unicode.ttf",
    ];

    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".ttf", ".ttc", ".otf", ".otc" };

    /// <summary>Each is loaded when one of a text's letters is in none before it, and kept.</summary>
    private static readonly Lazy<Lazy<SKTypeface?>[]> Found = new(() => [.. Paths(Folders()).Select(path => new Lazy<SKTypeface?>(() => Load(path)))]);

    /// <summary>The embedded typeface if it can write the whole text, else one of the machine that can, else the embedded one all the same.</summary>
    public static SKTypeface For(string text) =>
        Writes(EmbeddedTypeface.Instance, text) ? EmbeddedTypeface.Instance : Array.Find(Found.Value, typeface => typeface.Value is { } loaded && Writes(loaded, text))?.Value ?? EmbeddedTypeface.Instance;

    private static bool Writes(SKTypeface typeface, string text)
    {
        using SKFont font = new(typeface);
        return font.ContainsGlyphs(text);
    }

    private static SKTypeface? Load(string path) => SKTypeface.FromFile(path) is { GlyphCount: > 0 } typeface ? typeface : null;

    /// <summary>The files of all typefaces in some folders, in the order in which they are tried.</summary>
    internal static IReadOnlyList<string> Paths(IEnumerable<string> folders)
    {
        Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
        EnumerationOptions enumeration = new()
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
        };
        foreach (string folder in folders.Where(Directory.Exists))
        {
            try
            {
                foreach (string path in Directory.EnumerateFiles(folder, "*", enumeration).Where(path => Endings.Contains(Path.GetExtension(path))))
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
                .Concat(paths.Keys.Order(StringComparer.OrdinalIgnoreCase))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(name => paths[name]),
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

using System.Globalization;
using MGLMM.Data.Import;
using MGLMM.Data.Input;

namespace MGLMM.Data.Readers;

/// <summary>The classes of semantic data sets, by their number in the pictures.</summary>
internal static class ClassNames
{
    private const int Ade20KClasses = 150;
    private const int Ade20KColumns = 5;

    /// <summary>The 150 classes of SceneParse150: those of the folder's <c>objectInfo150.txt</c>, or the published ones.</summary>
    public static string[] Ade20K(ImportScope scope)
    {
        if (scope.FindFile("objectInfo150.txt") is not { } file)
        {
            return Embedded("ade20k.txt");
        }

        // A head, then number, ratio, counts and names; the first name of several is the one in use.
        List<string> names = new();
        foreach ((int index, string line) in TextFile.ReadLines(file).Index().Skip(1).Where(line => line.Item.Length > 0))
        {
            string[] cells = line.Split('\t');
            string name = cells[^1].Split(',')[0].Trim();
            if (cells.Length < Ade20KColumns || name.Length == 0 || cells[0].Trim() != (names.Count + 1).ToString(CultureInfo.InvariantCulture))
            {
                throw Fault.At(file, $"line {index + 1}", $"it is not class {names.Count + 1}: number, ratio, counts and names, with tabs between them.");
            }

            names.Add(name);
        }

        return names.Count == Ade20KClasses ? [.. names] : throw Fault.At(file, null, $"it lists {names.Count} classes below its head instead of {Ade20KClasses}.");
    }

    /// <summary>The 182 classes of COCO-Stuff: those of the folder's list, whose first is "unlabeled" and does not count, or the published ones.</summary>
    public static string[] CocoStuff(ImportScope scope)
    {
        if (scope.FindFile("cocostuff_classes.txt", "labels.txt") is not { } file)
        {
            return Embedded("coco-stuff.txt");
        }

        string[] names = [.. TextFile.ReadLines(file).Where(line => line.Trim().Length > 0).Skip(1).Select(line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 1)..].Trim())];
        return names.Length > 0 ? names : throw Fault.At(file, null, "it lists no classes.");
    }

    /// <summary>The classes of a Mapillary <c>config_v2.0.json</c>.</summary>
    public static string[] Mapillary(ImportScope scope)
    {
        using JsonFileElement config = JsonFile.ReadWhole(scope.File("The classes", "config_v2.0.json"));
        JsonPlace labels = config.Value["labels"];
        string[] names = [.. labels.Items().Select(label => label["readable"].Text().ToLowerInvariant())];
        return names.Length > 0 ? names : throw labels.Says("it is empty.");
    }

    private static string[] Embedded(string name)
    {
        using StreamReader reader = new(typeof(ClassNames).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}

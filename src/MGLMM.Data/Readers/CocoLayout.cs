using MGLMM.Data.Import;
using MGLMM.Data.Input;

namespace MGLMM.Data.Readers;

/// <summary>Where COCO and the sets made of it keep their files.</summary>
internal static class CocoLayout
{
    /// <summary>The names that an annotation file of a split can have.</summary>
    /// <param name="stem">What it begins with, such as <c>instances</c>.</param>
    /// <param name="split">With or without a year.</param>
    public static string[] Annotations(string stem, string split)
    {
        string[] names = [$"{stem}_{split}2017.json", $"{stem}_{split}2014.json", $"{stem}_{split}.json", $"{stem}.json"];
        return [.. names.Select(name => "annotations/" + name), .. names];
    }

    /// <summary>Refuses a split that somebody asked for where the file says of none: all of its pictures would pass for that split's.</summary>
    /// <param name="scope">What was asked for.</param>
    /// <param name="annotations">The file.</param>
    /// <param name="stem">What it would be called without a split.</param>
    /// <exception cref="InvalidDataException">The file says of no split.</exception>
    public static void CheckSplit(ImportScope scope, string annotations, string stem)
    {
        if (scope.Options.Split is { } split && Path.GetFileNameWithoutExtension(annotations) == stem)
        {
            throw Fault.At(
                annotations, null, $"it has no word on which of its pictures are of the split '{split}'. Call it '{stem}_{split}.json' if all are, or leave out --split, which takes all.");
        }
    }

    /// <summary>The folders that the pictures of an annotation file can be in.</summary>
    public static string[] Pictures(string annotations, string split)
    {
        // instances_val2017.json is about val2017.
        string named = Path.GetFileNameWithoutExtension(annotations).Split('_')[^1];
        return [.. ((string[])[named, split + "2017", split + "2014", split]).Distinct().SelectMany(folder => (string[])[folder, "images/" + folder]), "images"];
    }
}

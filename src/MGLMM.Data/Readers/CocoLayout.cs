using MGLMM.Data.Import;

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

    /// <summary>Tells that a file has no word on the split that somebody asked for: all of its pictures pass for that split's.</summary>
    /// <param name="scope">What was asked for.</param>
    /// <param name="annotations">The file.</param>
    /// <param name="stem">What it would be called without a split.</param>
    public static void TellSplit(ImportScope scope, string annotations, string stem)
    {
        if (scope.Options.Split is { } split && Path.GetFileNameWithoutExtension(annotations) == stem)
        {
            scope.Log.Note($"a file has no word on splits: all of it is taken as '{split}'", Path.GetFileName(annotations));
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

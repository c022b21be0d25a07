using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// MGSC: a split file that names annotation files, each a list of samples about a whole picture or one thing in it, with tagged captions and a mask
/// per tag. The same for training and evaluation.
/// </summary>
internal sealed partial class MgscReader : IDatasetReader
{
    private const string NoMask = "None";

    private static readonly string[] Pictures = ["../SegmentAnything/imgs", "SegmentAnything/imgs", "../coco/train2017", "imgs", "images"];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        if (Truth(scope, split, cancellationToken) is { } truth)
        {
            return truth;
        }

        string list = scope.File($"The list of the split '{split}'", $"MGLMM_{split}_split.txt", $"annotations/MGLMM_{split}_split.txt");
        string[] names = NameList.Read(list, "an annotation file");
        scope.NoteFilesOf(Places(scope), "*.json", cancellationToken);

        return new ImportPlan(names.Length, names.Select(name => new ImportItem(log => Make(scope, name, split, log))));
    }

    /// <summary>
    /// The files that the official evaluation reads, <c>SPLIT_mgsc_caption_gt.json</c> and <c>SPLIT_mgsc_mask_gt.json</c> with the splits root, subtree and
    /// all, where the folder holds them. Widths and heights of their pictures are swapped; the masks' sizes are right.
    /// </summary>
    private static ImportPlan? Truth(ImportScope scope, string split, CancellationToken cancellationToken)
    {
        string[] folders = [string.Empty, "annotations/", "evaluation/"];
        string? folder = Array.Find(folders, folder => File.Exists(Path.Combine(scope.Folder, $"{folder}{split}_mgsc_caption_gt.json")));
        return folder is null
            ? null
            : GroundedTruth.Plan(
                scope,
                scope.File("The captions", $"{folder}{split}_mgsc_caption_gt.json"),
                scope.File("The masks", $"{folder}{split}_mgsc_mask_gt.json"),
                split,
                truth => truth.Subject is null or "root" ? (Wordings.Root, "panoptic") : (Wordings.Subtree(SubjectOf(truth.Subject)), "part"),
                Pictures,
                cancellationToken);
    }

    /// <summary>Where the annotation files are looked for.</summary>
    private static string[] Places(ImportScope scope) => [Path.Combine(scope.Folder, "annotations"), scope.Folder];

    /// <summary>The thing that a label such as <c>subtree:white cup</c> names.</summary>
    private static string SubjectOf(string label) => label[(label.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

    private static IEnumerable<SegCapSample> Make(ImportScope scope, string name, string split, ImportLog log)
    {
        if (Places(scope).Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) is not { } file)
        {
            log.LeaveOut("an annotation file of the split was not found", name);
            yield break;
        }

        using JsonFileElement parsed = JsonFile.ReadWhole(file);
        int number = 0;
        ExportedEntries exported = new(scope);
        foreach (JsonPlace entry in parsed.Value.Items())
        {
            if (ExportedEntries.Is(entry))
            {
                List<Mask> masks = entry["gcg_labels"].Items().Select(key => MaskOf(entry[key.Text()]["mask"]) ?? throw key.Says("its region has no mask.")).ToList();
                if (exported.Take(entry, masks, log) is { } restored)
                {
                    yield return restored;
                }
            }
            else if (Sample(scope, entry, $"{scope.Kind}-{split}-{Path.GetFileNameWithoutExtension(name)}-{number++}", split, log) is { } sample)
            {
                yield return sample;
            }
        }

        exported.End(file);
    }

    private static SegCapSample? Sample(ImportScope scope, JsonPlace entry, string id, string split, ImportLog log)
    {
        string place = $"{Path.GetFileName(entry.File)} {entry.Path}";
        string caption = Stripped(entry.Find("gcg_caption")?.Text() ?? string.Empty);
        if (caption.Length == 0)
        {
            log.LeaveOut("a sample has no caption", place);
            return null;
        }

        string[] keys = entry["gcg_labels"].Items().Select(key => key.Text()).ToArray();
        if (keys.Length == 0)
        {
            log.LeaveOut("a sample has no labels", place);
            return null;
        }

        Dictionary<string, (string Label, Mask Mask)> regions = new(StringComparer.Ordinal);
        foreach (string? key in keys)
        {
            JsonPlace region = entry[key];
            if (MaskOf(region["mask"]) is not { } mask)
            {
                log.LeaveOut("a sample has a region without a mask", $"{place}, {key}");
                return null;
            }

            if (!regions.TryAdd(key, (region["label"].Text(), mask)))
            {
                throw entry["gcg_labels"].Says($"the key '{key}' is there twice.");
            }
        }

        (int width, int height) = (regions[keys[0]].Mask.Width, regions[keys[0]].Mask.Height);
        if (regions.Values.Any(region => region.Mask.Width != width || region.Mask.Height != height))
        {
            throw entry.Says("its masks are of different sizes.");
        }

        if (Answer(caption, keys, place, log) is not var (answer, order))
        {
            return null;
        }

        string label = entry["label"].Text();
        bool isRoot = label == "root";
        Dictionary<string, JsonElement> ids = SourceIds.Of("file", Path.GetFileName(entry.File));
        ids.Add("label", SourceIds.Value(label));
        ids.Add("gcg_labels", SourceIds.Value(order));
        return scope.Sample(
            id,
            scope.PictureOf(PictureName.Of(entry["file_name"]), log, Pictures),
            width,
            height,
            isRoot ? "panoptic" : "part",
            [
                new SegCapQuestion
                {
                    Instruction = isRoot ? Wordings.Root : Wordings.Subtree(SubjectOf(label)),
                    Answer = answer,
                    Masks = [.. order.Select(key => RunLengths.Of(regions[key].Mask))],
                    Labels = [.. order.Select(key => regions[key].Label)],
                },
            ],
            split,
            ids) with { Granularity = isRoot ? "panoptic" : "part" };
    }

    /// <summary>
    /// The caption with the format's mark-up for the data's tags, and the keys in the order of the text. Null where a key has no phrase or several,
    /// for then masks and phrases do not belong together.
    /// </summary>
    private static (string Answer, string[] Order)? Answer(string caption, string[] keys, string place, ImportLog log)
    {
        if (!Wordings.IsPlain(caption))
        {
            log.LeaveOut("a caption holds mark-up of its own", place);
            return null;
        }

        List<(int At, string Key)> starts = new();
        foreach (string key in keys)
        {
            (string open, string close) = ($"<{key}>", $"</{key}>");
            (int start, int end) = (caption.IndexOf(open, StringComparison.Ordinal), caption.IndexOf(close, StringComparison.Ordinal));
            if (start < 0 || end < start || start != caption.LastIndexOf(open, StringComparison.Ordinal) || end != caption.LastIndexOf(close, StringComparison.Ordinal))
            {
                log.LeaveOut("a key of a sample does not tag exactly one phrase of its caption", $"{place}, {key}");
                return null;
            }

            starts.Add((start, key));
        }

        string[] order = [.. starts.OrderBy(start => start.At).Select(start => start.Key)];
        if (!order.SequenceEqual(keys))
        {
            log.Note("the labels of a sample are in another order than their phrases, which counts", place);
        }

        StringBuilder answer = new(caption);
        foreach (string key in keys)
        {
            answer.Replace($"<{key}>", "<p>").Replace($"</{key}>", "</p> [SEG]");
        }

        string text = OtherTag().Replace(answer.ToString(), string.Empty);
        if (text.Length < answer.Length)
        {
            log.Note("a caption has a tag that is none of its labels; the tag was taken out, its words stay", place);
        }

        return (text, order);
    }

    /// <summary>A mask in MGSC's double coding: a text of JSON whose counts are base64; null for "None".</summary>
    private static Mask? MaskOf(JsonPlace mask)
    {
        string text = mask.Text();
        if (text == NoMask)
        {
            return null;
        }

        using JsonFileElement parsed = JsonFile.Parse(mask.File, mask.Path, -1, Encoding.UTF8.GetBytes(text));
        (int height, int width) = CocoSegmentation.SizeOf(parsed.Value);
        try
        {
            return CocoRle.Decode(Encoding.Latin1.GetString(Convert.FromBase64String(parsed.Value["counts"].Text())), width, height);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw parsed.Value["counts"].Says(exception.Message, exception);
        }
    }

    private static string Stripped(string caption) => caption.Trim('"').Trim();

    [GeneratedRegex(@"<(?!/?p>)/?[^<>]+>")]
    private static partial Regex OtherTag();
}

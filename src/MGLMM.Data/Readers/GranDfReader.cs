using System.Text.Json;
using MGLMM.Data.Coco;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// GranD-f, the data of grounded conversation generation: for training its four files of captions with grounded phrases, in three formats; for
/// evaluation the captions and masks of its split. Phrases and masks go by where the phrase begins.
/// </summary>
internal sealed class GranDfReader : IDatasetReader
{
    private const int FewestWords = 3;
    private const int SmallestSide = 32;

    /// <summary>The folders of pictures: those that MGLMM's authors have, and beside them those of GLaMM's, spelled as there.</summary>
    private static readonly (string Name, string[] Pictures)[] TrainingFiles =
    [
        ("GranDf_HA_GCG", ["GranDf_HA_images/train", "GranDf_HA_images", "../GranDf_HA_images/train"]),
        ("OpenPsgGCG", ["../coco", "coco", "../coco_2017", "../coco_2017/train2017"]),
        ("RefCOCOg_GCG", ["../coco/train2014", "coco/train2014", "../coco_2014/train2014"]),
        ("flickr_mergedGT_GCG", ["../flickr_30k/images", "../flickr_30k/train", "flickr_30k/images", "../flickr30k-images", "../flikcr_30k/train"]),
    ];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        return scope.ForEvaluation ? Evaluation(scope, split, cancellationToken) : Training(scope, split, cancellationToken);
    }

    private static ImportPlan Training(ImportScope scope, string split, CancellationToken cancellationToken)
    {
        (List<(string Path, string Name, string[] Pictures)> found, List<string> looked, List<string> missing) = ([], [], []);
        foreach ((string name, string[] pictures) in TrainingFiles)
        {
            string[] places = [.. ((string[])["annotations/train/", "annotations/", string.Empty]).Select(folder => $"{folder}{name}_{split}.json")];
            looked.Add(Path.Combine(scope.Folder, places[0]));
            if (scope.FindFile(places) is { } path)
            {
                found.Add((path, name, pictures));
            }
            else
            {
                missing.Add($"{name}_{split}.json");
            }
        }

        if (found.Count == 0)
        {
            throw Fault.Missing($"A file of the split '{split}'", looked);
        }

        missing.ForEach(name => scope.Log.Note("one of the four files of the split is not there; the others were read", name));

        List<ImportPlan> plans = found.ConvertAll(file => file.Name.StartsWith("flickr", StringComparison.Ordinal)
            ? Flickr(scope, file.Path, file.Name, file.Pictures, split, cancellationToken)
            : Listed(scope, file.Path, file.Name, file.Pictures, split, cancellationToken));
        return new ImportPlan(plans.Sum(plan => plan.Count), plans.SelectMany(plan => plan.Items));
    }

    /// <summary>A file that is a list of samples: these are indexed, and read again one by one.</summary>
    private static ImportPlan Listed(ImportScope scope, string path, string name, string[] pictures, string split, CancellationToken cancellationToken)
    {
        JsonFile file = scope.Own(JsonFile.Open(path));
        List<List<(long Index, long Offset, int Length)>> groups = new();
        file.Walk(
            value =>
            {
                if (value is not { Property.Length: 0, Index: >= 0 })
                {
                    throw Fault.At(path, value.Property, "it is no list of samples.");
                }

                if (!IsFurtherQuestion(path, value) || groups.Count == 0)
                {
                    groups.Add([]);
                }

                groups[^1].Add((value.Index, value.Offset, value.Json.Length));
            },
            scope.Reading(path),
            cancellationToken);
        return new ImportPlan(groups.Count, groups.Select(group => ImportItem.Of(log => Listed(scope, file, group, name, pictures, split, log))));
    }

    private static SegCapSample? Listed(ImportScope scope, JsonFile file, List<(long Index, long Offset, int Length)> group, string name, string[] pictures, string split, ImportLog log)
    {
        (ExportedEntries? exported, SegCapSample? sample) = (new ExportedEntries(scope), default(SegCapSample));
        foreach ((long index, long offset, int length) in group)
        {
            using JsonFileElement parsed = file.Read(string.Empty, index, offset, length);
            if (parsed.Value.IsObject && ExportedEntries.Is(parsed.Value))
            {
                sample = exported.Take(parsed.Value, ExportedMasks(parsed.Value), log);
                continue;
            }

            string id = $"{scope.Kind}-{split}-{name}-{index}";
            return name == "RefCOCOg_GCG" ? RefCocoG(scope, parsed.Value, id, pictures, split, log) : Grounded(scope, parsed.Value, id, pictures, split, log);
        }

        exported.End(file.FilePath);
        return sample;
    }

    /// <summary>Whether an entry is a question of the sample that an entry before it begins, as exports from SegCap write them.</summary>
    private static bool IsFurtherQuestion(string path, JsonFileValue value)
    {
        if (value.Json.IndexOf("\"segcap\""u8) < 0)
        {
            return false;
        }

        using JsonFileElement parsed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
        return ExportedEntries.Is(parsed.Value) && parsed.Value[ExportedSample.Field][ExportedSample.Turn].Integer(0, int.MaxValue) > 0;
    }

    /// <summary>The masks of an entry that was exported from SegCap, in the order of its answer.</summary>
    private static List<Mask> ExportedMasks(JsonPlace entry)
    {
        (int width, int height) = (entry["width"].Integer(1, 1 << 16), entry["height"].Integer(1, 1 << 16));
        return
        [
            .. entry[ExportedSample.Field][GranDfExport.OrderField].Items().Select(phrase =>
                CocoSegmentation.ToMask(entry["groundings"][phrase.Text()]["rle_masks"], width, height) ?? throw phrase.Says("it has no mask.")),
        ];
    }

    /// <summary>Human annotations and OpenPSG: phrases with spans and masks.</summary>
    private static SegCapSample? Grounded(ImportScope scope, JsonPlace entry, string id, string[] pictures, string split, ImportLog log)
    {
        (int width, int height) = (entry["width"].Integer(1, 1 << 16), entry["height"].Integer(1, 1 << 16));
        CodePoints caption = new(Stripped(entry["caption"].Text()));
        List<GroundedPhrase> phrases = new();
        foreach ((string phrase, JsonPlace grounding) in entry["groundings"].Properties())
        {
            (int start, int end) = SpanOf(grounding["token_positives"]);
            if (start < 0 || end < 0)
            {
                log.Note("a phrase has no place in its caption and was dropped with its mask (the published reader drops it alone, and its masks shift)", $"{entry.Path}, {phrase}");
                continue;
            }

            Mask mask = Mask.Empty(width, height);
            foreach (JsonPlace rle in grounding["rle_masks"].Items())
            {
                mask = CocoSegmentation.ToMask(rle, width, height) is { } piece ? mask.Union(piece) : mask;
            }

            phrases.Add(new GroundedPhrase(phrase, start, end, mask));
        }

        Dictionary<string, JsonElement> ids = entry.Find("image_id") is { } image ? new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["image_id"] = image.Element.Clone() } : [];
        return Sample(scope, id, PictureName.Of(entry["file_name"]), (width, height), caption, phrases, pictures, split, ids, entry.Path, log);
    }

    /// <summary>RefCOCOg: an object with one entry; phrases are looked for in the caption in lower case, as words of their own, and overlaps trimmed.</summary>
    private static SegCapSample? RefCocoG(ImportScope scope, JsonPlace listed, string id, string[] pictures, string split, ImportLog log)
    {
        (string Name, JsonPlace Value)[] entries = listed.Properties().ToArray();
        if (entries.Length != 1)
        {
            throw listed.Says($"it has {entries.Length} entries instead of one.");
        }

        (string key, JsonPlace entry) = entries[0];
        string name = PictureName.Of(entry["img_file_name"]);
        (int Width, int Height)? size = scope.PictureOf(name, new ImportLog(), pictures).Size();
        if (size is null && entry.Find("width") is { } width && entry.Find("height") is { } height)
        {
            size = (width.Integer(1, 1 << 16), height.Integer(1, 1 << 16));
        }

        if (size is not var (columns, rows))
        {
            log.LeaveOut("the picture was not found or cannot be read, and nothing else says its size", name);
            return null;
        }

        CodePoints caption = new(Stripped(entry["caption"].Text()).ToLowerInvariant());
        List<GroundedPhrase> phrases = new();
        foreach (JsonPlace reference in entry["refs"].Items())
        {
            string phrase = reference["sentence"].Text();
            if (caption.Find(phrase) is not var (start, end))
            {
                log.Note("a phrase does not occur in its caption and was dropped with its mask", $"{entry.Path}, {phrase}");
                continue;
            }

            Mask mask = CocoSegmentation.ToMask(reference["segmentation"], columns, rows) ?? Mask.Empty(columns, rows);
            phrases.Add(new GroundedPhrase(phrase, start, end, mask));
        }

        // Of two that overlap the earlier one gives way, to one before the next begins: so the published reader does.
        phrases = [.. phrases.OrderBy(phrase => phrase.Start)];
        for (int index = 0; index + 1 < phrases.Count; index++)
        {
            int next = phrases[index + 1].Start;
            if (phrases[index].End >= next)
            {
                phrases[index] = phrases[index] with { End = next - 1, Label = caption[phrases[index].Start, next] };
            }
        }

        phrases.RemoveAll(phrase =>
        {
            bool gone = phrase.Start >= phrase.End;
            if (gone)
            {
                log.Note("a phrase lies within the next one and was dropped with its mask", $"{entry.Path}, {phrase.Label}");
            }

            return gone;
        });
        return Sample(scope, id, name, (columns, rows), caption, phrases, pictures, split, SourceIds.Of("id", key), entry.Path, log);
    }

    /// <summary>Flickr30k: a COCO file whose pictures have captions, its annotations spans.</summary>
    private static ImportPlan Flickr(ImportScope scope, string path, string name, string[] pictures, string split, CancellationToken cancellationToken)
    {
        CocoFile file = CocoFile.Open(path, scope, keepCaptions: true, cancellationToken: cancellationToken);
        file.LeaveOutUnlisted("an annotation", scope.Log);
        return new ImportPlan(file.Images.Count, file.Images.Select(image => ImportItem.Of(log => FlickrSample(scope, file, image, name, pictures, split, log))));
    }

    private static SegCapSample? FlickrSample(ImportScope scope, CocoFile file, CocoImage image, string name, string[] pictures, string split, ImportLog log)
    {
        string place = $"{Path.GetFileName(file.FilePath)} picture {image.Id}";
        string text = image.Caption ?? string.Empty;
        if (text.Split(' ').Length < FewestWords || Math.Min(image.Width, image.Height) < SmallestSide)
        {
            log.LeaveOut("a caption has fewer than three words, or its picture a side under 32 pixels", place);
            return null;
        }

        CodePoints caption = new(text);
        List<GroundedPhrase> phrases = new();
        foreach (int number in file.AnnotationsOf(image.Id))
        {
            using JsonFileElement annotation = file.Annotation(number);
            JsonPlace value = annotation.Value;
            if (value.Find("ignore")?.Truth() ?? false)
            {
                log.Note("an annotation says to ignore it", $"{place}, {value.Path}");
                continue;
            }

            if (value["bbox"].Numbers() is not [var x, var y, var width, var height])
            {
                throw value["bbox"].Says("it is no x, y, width, height.");
            }

            double inside = Math.Max(0, Math.Min(x + width, image.Width) - Math.Max(x, 0)) * Math.Max(0, Math.Min(y + height, image.Height) - Math.Max(y, 0));
            if (inside == 0 || value["area"].Number() <= 0 || width < 1 || height < 1)
            {
                log.Note("an annotation has no area within its picture and was dropped", $"{place}, {value.Path}");
                continue;
            }

            JsonPlace spans = value["tokens_positive"];
            if (spans.Count == 0)
            {
                log.Note("an annotation has no phrase and was dropped", $"{place}, {value.Path}");
                continue;
            }

            (int start, int end) = SpanOf(spans[0]);
            Mask mask = CocoSegmentation.ToMask(value["sam_mask"], image.Width, image.Height) ?? Mask.Empty(image.Width, image.Height);
            phrases.Add(new GroundedPhrase(caption[start, end], start, end, mask));
        }

        return Sample(
            scope, $"{scope.Kind}-{split}-{name}-{image.Id}", image.FileName, (image.Width, image.Height), caption, phrases, pictures, split, SourceIds.Of("image_id", image.Id), place, log);
    }

    private static SegCapSample? Sample(
        ImportScope scope,
        string id,
        string picture,
        (int Width, int Height) size,
        CodePoints caption,
        List<GroundedPhrase> phrases,
        string[] pictures,
        string split,
        Dictionary<string, JsonElement> ids,
        string place,
        ImportLog log)
    {
        if (!Wordings.IsPlain(caption.Text))
        {
            log.LeaveOut("a caption holds mark-up of its own", place);
            return null;
        }

        List<GroundedPhrase> kept = new();
        foreach (GroundedPhrase? phrase in phrases.OrderBy(phrase => phrase.Start))
        {
            GroundedPhrase within = phrase with { Start = Math.Clamp(phrase.Start, 0, caption.Length), End = Math.Clamp(phrase.End, 0, caption.Length) };
            if (within.Start >= within.End || (kept.Count > 0 && within.Start < kept[^1].End))
            {
                log.Note("a phrase overlaps another one or the end of its caption and was dropped with its mask", $"{place}, {phrase.Label}");
            }
            else
            {
                kept.Add(within);
            }
        }

        if (kept.Count == 0)
        {
            log.LeaveOut("a caption has no grounded phrase", place);
            return null;
        }

        return scope.Sample(
            id,
            scope.PictureOf(picture, log, pictures),
            size.Width,
            size.Height,
            "panoptic",
            [
                new SegCapQuestion
                {
                    Instruction = Wordings.GroundedCaption,
                    Answer = GroundedCaption.Marked(caption, [.. kept.Select(phrase => (phrase.Start, phrase.End))]),
                    Masks = [.. kept.Select(phrase => RunLengths.Of(phrase.Mask))],
                    Labels = [.. kept.Select(phrase => phrase.Label)],
                },
            ],
            split,
            ids) with { Granularity = "panoptic" };
    }

    private static (int Start, int End) SpanOf(JsonPlace span) =>
        span.Count == 2 ? (span[0].Integer(-1, int.MaxValue), span[1].Integer(-1, int.MaxValue)) : throw span.Says("it is no start and end.");

    private static string Stripped(string caption) => caption.Trim('"').Trim();

    private static ImportPlan Evaluation(ImportScope scope, string split, CancellationToken cancellationToken)
    {
        string[] folders = ["annotations/val_test/", "val_test/", string.Empty];
        string captions = scope.File($"The captions of the split '{split}'", [.. folders.Select(folder => $"{folder}{split}_gcg_coco_caption_gt.json")]);
        string masks = scope.File($"The masks of the split '{split}'", [.. folders.Select(folder => $"{folder}{split}_gcg_coco_mask_gt.json")]);
        return GroundedTruth.Plan(scope, captions, masks, split, _ => (Wordings.GroundedCaption, "panoptic"), ["GranDf_HA_images/val_test", "../GranDf_HA_images/val_test"], cancellationToken);
    }
}

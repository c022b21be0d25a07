using System.Globalization;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// COCO panoptic: a question for everything, the segments in the order of their categories' ids, repeats numbered. For training crowds are segments
/// like others, as in the published reader; for evaluation they and the void do not count, and all segments stand in the tree of regions.
/// </summary>
internal sealed class CocoPanopticReader : IDatasetReader
{
    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        string path = scope.File($"The panoptic file of the split '{split}'", CocoLayout.Annotations("panoptic", split));
        CocoLayout.TellSplit(scope, path, "panoptic");
        CocoFile file = CocoFile.Open(path, scope, cancellationToken: cancellationToken);
        file.LeaveOutUnlisted("an annotation", scope.Log);

        string stem = Path.GetFileNameWithoutExtension(path);
        string[] segments = [Path.Combine(Path.GetDirectoryName(path)!, stem), Path.Combine(scope.Folder, stem), Path.Combine(scope.Folder, "annotations", stem)];
        scope.NoteFilesOf(segments, "*.png", cancellationToken);
        string[] pictures = CocoLayout.Pictures(path, split);
        return new ImportPlan(
            file.Images.Count, file.Images.Select(image => ImportItem.Of(log => Make(scope, file, image, split, segments, pictures, log))));
    }

    private static SegCapSample? Make(ImportScope scope, CocoFile file, CocoImage image, string split, string[] folders, string[] pictures, ImportLog log)
    {
        int[] numbers = file.AnnotationsOf(image.Id).ToArray();
        if (numbers.Length == 0)
        {
            log.LeaveOut("a picture has no annotation", $"picture {image.Id}");
            return null;
        }

        using JsonFileElement annotation = file.Annotation(numbers[0]);
        if (numbers.Length > 1)
        {
            log.LeaveOut("a picture has a second annotation", $"picture {image.Id}");
        }

        IReadOnlyDictionary<int, Mask>? labels = Decode(annotation.Value["file_name"], folders, image, log);
        if (labels is null)
        {
            return null;
        }

        List<Segment> segments = Segments(file, annotation.Value, image, labels, log);
        Segment[] shown = segments.Where(segment => !(scope.ForEvaluation && segment.Crowd)).OrderBy(segment => segment.Category.Id).ToArray();
        if (shown.Length == 0)
        {
            log.LeaveOut("a picture has no segment", $"picture {image.Id}");
            return null;
        }

        string[] names = shown.Select(segment => CocoNames.Spoken(segment.Category.Name)).ToArray();
        SegCapSample sample = scope.Sample(
            $"{scope.Kind}-{split}-{image.Id}",
            scope.PictureOf(image.FileName, log, pictures),
            image.Width,
            image.Height,
            "panoptic",
            [
                new SegCapQuestion
                {
                    Instruction = Wordings.Panoptic,
                    Answer = Wordings.Listed(Wordings.Numbered(names)),
                    Masks = [.. shown.Select(segment => RunLengths.Of(segment.Mask))],
                    Labels = names,
                    Ignore = scope.ForEvaluation ? Uncounted(segments, image) : null,
                },
            ],
            split,
            SourceIds.Of("image_id", image.Id)) with { Granularity = "panoptic" };
        return scope.ForEvaluation ? sample with { Regions = Regions(segments) } : sample;
    }

    private static IReadOnlyDictionary<int, Mask>? Decode(JsonPlace name, string[] folders, CocoImage image, ImportLog log)
    {
        string text = name.Text();
        if (text.Length == 0 || Path.GetFileName(text) != text || text.Contains('\0', StringComparison.Ordinal))
        {
            throw name.Says("it is no name of a PNG file.");
        }

        string? path = folders.Select(folder => Path.Combine(folder, text)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            log.LeaveOut("the PNG file with a picture's segments was not found", text);
            return null;
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            LabelImage labels = LabelPng.Decode(stream);
            return labels.Width == image.Width && labels.Height == image.Height
                ? labels.Masks()
                : throw new FormatException($"it has {labels.Width}x{labels.Height} pixels, and picture {image.Id} {image.Width}x{image.Height}.");
        }
        catch (FormatException exception)
        {
            throw Fault.At(path, null, exception.Message, exception);
        }
    }

    private static List<Segment> Segments(CocoFile file, JsonPlace annotation, CocoImage image, IReadOnlyDictionary<int, Mask> masks, ImportLog log)
    {
        (List<Segment> segments, HashSet<long> listed) = (new List<Segment>(), new HashSet<long>());
        foreach (JsonPlace info in annotation["segments_info"].Items())
        {
            long id = info["id"].Integer();
            if (!listed.Add(id))
            {
                throw info["id"].Says($"the segment {id} is there twice.");
            }

            if (id is <= 0 or > 0xffffff || !masks.TryGetValue((int)id, out Mask? mask))
            {
                log.LeaveOut("a segment has no pixel in the PNG file", $"picture {image.Id}, segment {id}");
                continue;
            }

            if (info.Find("area")?.Number() is { } area && area != mask.Area)
            {
                log.Note("a segment's area is another than its pixels in the PNG file, which count", $"picture {image.Id}, segment {id}");
            }

            segments.Add(new Segment(id, file.Category(info), mask, info.Find("iscrowd")?.Truth() ?? false));
        }

        foreach (int id in masks.Keys.Where(id => id != 0 && !listed.Contains(id)))
        {
            log.LeaveOut("the PNG file has a segment that the annotation does not list", $"picture {image.Id}, segment {id}");
        }

        return segments;
    }

    private static RunLengths? Uncounted(List<Segment> segments, CocoImage image)
    {
        IEnumerable<Mask> counted = segments.Where(segment => !segment.Crowd).Select(segment => segment.Mask);
        Mask uncounted = Mask.Union(counted.Append(Mask.Empty(image.Width, image.Height))).Complement();
        return uncounted.IsEmpty ? null : RunLengths.Of(uncounted);
    }

    private static IReadOnlyList<SegCapRegion> Regions(List<Segment> segments) =>
    [
        .. segments.Select(segment => new SegCapRegion
        {
            Id = segment.Id.ToString(CultureInfo.InvariantCulture),
            Label = segment.Category.Name,
            Mask = RunLengths.Of(segment.Mask),
            Crowd = segment.Crowd,
        }),
    ];

    private sealed record Segment(long Id, CocoCategory Category, Mask Mask, bool Crowd);
}

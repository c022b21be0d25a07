using System.Globalization;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// SA-1B: a file a picture, <c>sa_NUMBER.json</c>, with masks that overlap and nest and have no names. All masks become regions, each part of the smallest one that holds
/// at least nine tenths of it; the question is for those that are part of none.
/// </summary>
internal sealed class SegmentAnythingReader : IDatasetReader
{
    /// <summary>How much of a region lies inside the one that it is part of.</summary>
    private const double Inside = 0.9;

    private const string NoName = "object";

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken) =>
        scope.PlanOfFiles(scope.Folder, "sa_*.json", subfolders: true, (file, log) => Make(scope, file, log), cancellationToken);

    private static SegCapSample? Make(ImportScope scope, string path, ImportLog log)
    {
        using JsonFileElement parsed = JsonFile.ReadWhole(path);
        JsonPlace image = parsed.Value["image"];
        (int width, int height) = (image["width"].Integer(1, 1 << 16), image["height"].Integer(1, 1 << 16));
        (List<(long Id, Mask Mask)> masks, HashSet<long> ids) = (new List<(long Id, Mask Mask)>(), new HashSet<long>());
        foreach (JsonPlace annotation in parsed.Value["annotations"].Items())
        {
            long id = annotation["id"].Integer();
            if (!ids.Add(id))
            {
                throw annotation["id"].Says($"the annotation {id} is there twice.");
            }

            Mask? mask = CocoSegmentation.ToMask(annotation.Find("segmentation"), width, height);
            if (mask is null || mask.IsEmpty)
            {
                log.LeaveOut("an annotation has no pixel", $"{Path.GetFileName(path)}, {annotation.Path}");
                continue;
            }

            masks.Add((id, mask));
        }

        if (masks.Count == 0)
        {
            log.LeaveOut("a picture has no mask", Path.GetFileName(path));
            return null;
        }

        long?[] parents = Parents(masks);
        (long Id, Mask Mask)[] roots = masks.Where((_, index) => parents[index] is null).ToArray();
        string[] names = [.. roots.Select(_ => NoName)];
        long number = image["image_id"].Integer();
        return scope.Sample(
            $"{scope.Kind}-{number}",
            scope.PictureOf(PictureName.Of(image["file_name"]), log, Path.GetRelativePath(scope.Folder, Path.GetDirectoryName(path)!), "images"),
            width,
            height,
            "panoptic",
            [
                new SegCapQuestion
                {
                    Instruction = Wordings.Panoptic,
                    Answer = Wordings.Listed(Wordings.Numbered(names)),
                    Masks = [.. roots.Select(root => RunLengths.Of(root.Mask))],
                    Labels = names,
                },
            ],
            scope.Options.Split,
            SourceIds.Of("image_id", number)) with
        {
            Granularity = "panoptic",
            Regions = [.. masks.Select((entry, index) => new SegCapRegion { Id = Text(entry.Id), Parent = parents[index] is { } parent ? Text(parent) : null, Label = NoName, Mask = RunLengths.Of(entry.Mask) })],
        };
    }

    /// <summary>For each mask the smallest larger one that holds it; of masks of one size the earlier holds the later.</summary>
    private static long?[] Parents(List<(long Id, Mask Mask)> masks)
    {
        int[] bySize = Enumerable.Range(0, masks.Count).OrderBy(index => masks[index].Mask.Area).ThenByDescending(index => index).ToArray();
        long?[] parents = new long?[masks.Count];
        for (int place = 0; place < bySize.Length; place++)
        {
            Mask child = masks[bySize[place]].Mask;
            for (int larger = place + 1; larger < bySize.Length; larger++)
            {
                if (child.ContainmentIn(masks[bySize[larger]].Mask) >= Inside)
                {
                    parents[bySize[place]] = masks[bySize[larger]].Id;
                    break;
                }
            }
        }

        return parents;
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}

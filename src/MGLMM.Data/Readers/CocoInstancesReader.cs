using System.Text;
using MGLMM.Data.Coco;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// COCO instances: a question for everything, the things in the order of their categories' ids. Crowds are pixels that do not count. The same for
/// training and evaluation, for a picture has nothing else that could be asked for.
/// </summary>
internal sealed class CocoInstancesReader : IDatasetReader
{
    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        string path = scope.File($"The instances file of the split '{split}'", CocoLayout.Annotations("instances", split));
        CocoFile file = CocoFile.Open(path, scope, cancellationToken: cancellationToken);
        if (!file.Images.Any(image => image.Exported is not null))
        {
            // An export's file holds what was exported, whatever its split.
            CocoLayout.TellSplit(scope, path, "instances");
        }

        file.LeaveOutUnlisted("an annotation", scope.Log);

        string[] folders = CocoLayout.Pictures(path, split);
        return new ImportPlan(file.Images.Count, file.Images.Select(image => ImportItem.Of(log => Make(scope, file, image, split, folders, log))));
    }

    private static SegCapSample? Make(ImportScope scope, CocoFile file, CocoImage image, string split, string[] folders, ImportLog log)
    {
        if (image.Exported is not null)
        {
            return Restored(scope, file, image, log);
        }

        (List<(long Category, string Name, Mask Mask)> things, List<Mask> crowds) = (new List<(long Category, string Name, Mask Mask)>(), new List<Mask>());
        foreach (int number in file.AnnotationsOf(image.Id))
        {
            using JsonFileElement annotation = file.Annotation(number);
            CocoCategory category = file.Category(annotation.Value);
            Mask? mask = CocoSegmentation.ToMask(annotation.Value.Find("segmentation"), image.Width, image.Height);
            if (mask is null || mask.IsEmpty)
            {
                log.LeaveOut("an annotation has no pixel", $"picture {image.Id}, {annotation.Value.Path}");
            }
            else if (annotation.Value.Find("iscrowd")?.Truth() ?? false)
            {
                crowds.Add(mask);
            }
            else
            {
                things.Add((category.Id, category.Name, mask));
            }
        }

        if (things.Count == 0)
        {
            log.LeaveOut("a picture has no annotation", $"picture {image.Id}");
            return null;
        }

        (long Category, string Name, Mask Mask)[] ordered = things.OrderBy(thing => thing.Category).ToArray();
        return scope.Sample(
            $"{scope.Kind}-{split}-{image.Id}",
            scope.PictureOf(image.FileName, log, folders),
            image.Width,
            image.Height,
            "instance",
            [
                new SegCapQuestion
                {
                    Instruction = Wordings.Panoptic,
                    Answer = Wordings.Listed(Wordings.Numbered([.. ordered.Select(thing => thing.Name)])),
                    Masks = [.. ordered.Select(thing => RunLengths.Of(thing.Mask))],
                    Labels = [.. ordered.Select(thing => thing.Name)],
                    Ignore = crowds.Count == 0 ? null : RunLengths.Of(Mask.Union(crowds)),
                },
            ],
            split,
            SourceIds.Of("image_id", image.Id)) with { Granularity = "instance" };
    }

    /// <summary>The sample that an image was exported from.</summary>
    private static SegCapSample Restored(ImportScope scope, CocoFile file, CocoImage image, ImportLog log)
    {
        Dictionary<int, List<Mask>> masks = new();
        foreach (int number in file.AnnotationsOf(image.Id))
        {
            using JsonFileElement annotation = file.Annotation(number);
            if (annotation.Value["iscrowd"].Truth())
            {
                continue;
            }

            int turn = annotation.Value[CocoExport.TurnField].Integer(0, int.MaxValue);
            if (!masks.TryGetValue(turn, out List<Mask>? list))
            {
                masks.Add(turn, list = []);
            }

            list.Add(CocoSegmentation.ToMask(annotation.Value["segmentation"], image.Width, image.Height) ?? throw annotation.Value.Says("it has no mask."));
        }

        using JsonFileElement rest = JsonFile.Parse(file.FilePath, $"image {image.Id}.{ExportedSample.Field}", -1, Encoding.UTF8.GetBytes(image.Exported!));
        return ExportedEntries.Placed(scope, ExportedSample.Restored(rest.Value, masks), file.Pictures, log);
    }
}

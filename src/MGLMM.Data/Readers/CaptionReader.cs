using System.Text.Json;
using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;

namespace MGLMM.Data.Readers;

/// <summary>
/// COCO captions and NoCaps: for training a sample per caption; for evaluation one per picture, whose references are all its captions.
/// </summary>
/// <param name="files">The names of a split's file.</param>
/// <param name="pictures">Folders of the pictures.</param>
/// <param name="training">The split for training.</param>
internal sealed class CaptionReader(Func<string, string[]> files, Func<string, string, string[]> pictures, string training) : IDatasetReader
{
    public static CaptionReader Coco() => new(split => CocoLayout.Annotations("captions", split), CocoLayout.Pictures, "train");

    public static CaptionReader NoCaps() => new(
        split => [$"nocaps_{split}_4500_captions.json", $"annotations/nocaps_{split}_4500_captions.json", $"nocaps_{split}.json"], (_, split) => [split, "images", $"images/{split}"], "val");

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr(training, "val");
        string path = scope.File($"The captions of the split '{split}'", files(split));
        CocoLayout.TellSplit(scope, path, "captions");
        CocoFile file = CocoFile.Open(path, scope, needsSizes: false, cancellationToken: cancellationToken);
        file.LeaveOutUnlisted("a caption", scope.Log);

        string[] folders = pictures(path, split);
        return new ImportPlan(file.Images.Count, file.Images.Select(image => new ImportItem(log => Make(scope, file, image, split, folders, log))));
    }

    private static IEnumerable<SegCapSample> Make(ImportScope scope, CocoFile file, CocoImage image, string split, string[] folders, ImportLog log)
    {
        List<(string Text, long? Id)> captions = new();
        foreach (int number in file.AnnotationsOf(image.Id))
        {
            using JsonFileElement annotation = file.Annotation(number);
            string text = annotation.Value["caption"].Text().Trim();
            if (text.Length == 0 || !Wordings.IsPlain(text))
            {
                log.LeaveOut(text.Length == 0 ? "a caption is empty" : "a caption holds mark-up", $"picture {image.Id}, {annotation.Value.Path}");
                continue;
            }

            captions.Add((text, annotation.Value.Find("id")?.Integer()));
        }

        return Captions(scope, image.FileName, (image.Width, image.Height), $"{scope.Kind}-{split}-{image.Id}", captions, split, () => SourceIds.Of("image_id", image.Id), $"picture {image.Id}", folders, [], log);
    }

    /// <summary>The samples of a picture's captions; without a size of its own the picture's file says it.</summary>
    public static IEnumerable<SegCapSample> Captions(
        ImportScope scope,
        string name,
        (int Width, int Height) size,
        string id,
        IReadOnlyList<(string Text, long? Id)> captions,
        string split,
        Func<Dictionary<string, System.Text.Json.JsonElement>> ids,
        string place,
        string[] folders,
        IReadOnlyList<SegCapRegion> regions,
        ImportLog log)
    {
        if (captions.Count == 0)
        {
            log.LeaveOut("a picture has no caption", place);
            yield break;
        }

        Picture picture = scope.PictureOf(name, log, folders);
        if (size.Width == 0 || size.Height == 0)
        {
            if (picture.Size() is not { } found)
            {
                log.LeaveOut("the picture was not found or cannot be read, and nothing else says its size", name);
                yield break;
            }

            size = found;
        }

        // An evaluation asks once and compares with all; training hears each.
        int count = scope.ForEvaluation ? 1 : captions.Count;
        for (int index = 0; index < count; index++)
        {
            Dictionary<string, JsonElement> found = ids();
            if (captions[index].Id is { } known && !scope.ForEvaluation)
            {
                found["id"] = SourceIds.Value(known);
            }

            yield return scope.Sample(
                scope.ForEvaluation ? id : $"{id}-{index}",
                picture,
                size.Width,
                size.Height,
                "caption",
                [
                    new SegCapQuestion
                    {
                        Instruction = Wordings.Caption,
                        Answer = captions[index].Text,
                        References = scope.ForEvaluation && captions.Count > 1 ? [.. captions.Select(caption => caption.Text)] : [],
                    },
                ],
                split,
                found) with { Regions = regions };
        }
    }
}

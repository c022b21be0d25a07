using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// PACO-LVIS and Pascal-Part: COCO files whose categories are things or <c>thing:part</c>. A question per annotation: for training at most three of a
/// picture, each part called "thing part" or "the part of the thing" by chance; for evaluation all of them, called the first.
/// </summary>
/// <param name="files">The names of a split's file.</param>
/// <param name="pictures">Folders of the pictures.</param>
internal sealed class PartsReader(Func<string, string[]> files, string[] pictures) : IDatasetReader
{
    private const int QuestionsInTraining = 3;

    public static PartsReader PacoLvis() => new(
        split => [$"annotations/paco_lvis_v1_{split}.json", $"paco_lvis_v1_{split}.json"], ["../coco", "../../coco", "coco", "images"]);

    public static PartsReader PascalPart() => new(
        split => [$"{split}.json", $"annotations/{split}.json", $"pascalpart_{split}.json"], ["VOCdevkit/VOC2010/JPEGImages", "../VOCdevkit/VOC2010/JPEGImages", "JPEGImages"]);

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        CocoFile file = CocoFile.Open(scope.File($"The annotations of the split '{split}'", files(split)), scope, cancellationToken: cancellationToken);
        file.LeaveOutUnlisted("an annotation", scope.Log);
        Dictionary<long, (string Thing, string? Part)> names = file.Categories.ToDictionary(category => category.Key, category => Split(category.Value.Name));
        return new ImportPlan(file.Images.Count, file.Images.Select(image => ImportItem.Of(log => Make(scope, file, image, names, split, log))));
    }

    /// <summary>The thing and the part of a category, each without a remark such as <c>_(vehicle)</c>.</summary>
    private static (string Thing, string? Part) Split(string category)
    {
        string[] parts = category.Trim().Split(':', 2);
        return (Bare(parts[0]), parts.Length > 1 ? Bare(parts[1]) : null);

        static string Bare(string name) => name.Split("_(")[0].Trim();
    }

    private SegCapSample? Make(ImportScope scope, CocoFile file, CocoImage image, Dictionary<long, (string Thing, string? Part)> names, string split, ImportLog log)
    {
        string id = $"{scope.Kind}-{split}-{image.Id}";
        Random? random = scope.ForEvaluation ? null : scope.RandomOf(id);
        int[] numbers = [.. file.AnnotationsOf(image.Id)];
        if (random is not null && numbers.Length >= QuestionsInTraining)
        {
            random.Shuffle(numbers);
            numbers = numbers[..QuestionsInTraining];
        }

        List<SegCapQuestion> questions = new();
        foreach (int number in numbers)
        {
            using JsonFileElement annotation = file.Annotation(number);
            (string? thing, string? part) = names[file.Category(annotation.Value).Id];
            Mask? mask = CocoSegmentation.ToMask(annotation.Value.Find("segmentation"), image.Width, image.Height);
            if (mask is null || mask.IsEmpty)
            {
                log.LeaveOut("an annotation has no pixel", $"picture {image.Id}, {annotation.Value.Path}");
                continue;
            }

            string name = part is null ? thing : random?.Next(2) == 1 ? $"the {part} of the {thing}" : $"{thing} {part}";
            if (name.Trim().Length == 0 || !Wordings.IsPlain(name))
            {
                log.LeaveOut("a category's name is empty or holds mark-up", $"picture {image.Id}, {annotation.Value.Path}");
                continue;
            }

            questions.Add(new SegCapQuestion
            {
                Instruction = Wordings.Segment(name.ToLowerInvariant()),
                Answer = Wordings.Found(name.ToLowerInvariant(), random),
                Masks = [RunLengths.Of(mask)],
                Labels = [part ?? thing],
                Parents = part is null ? [] : [thing],
                Expression = name,
                Ids = annotation.Value.Find("id") is { } known ? SourceIds.Of("ann_id", known.Integer()) : null,
            });
        }

        if (questions.Count == 0)
        {
            log.LeaveOut("a picture has no annotation", $"picture {image.Id}");
            return null;
        }

        return scope.Sample(id, scope.PictureOf(image.FileName, log, pictures), image.Width, image.Height, "part", questions, split, SourceIds.Of("image_id", image.Id)) with { Granularity = "part" };
    }
}

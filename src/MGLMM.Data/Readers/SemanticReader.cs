using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// Semantic data sets: a label picture per picture, a question per class. For training at most three classes of each picture; for evaluation all of
/// them, and what has no class does not count. A mask is all pixels of its class.
/// </summary>
internal sealed class SemanticReader(SemanticLayout layout) : IDatasetReader
{
    private const int ClassesInTraining = 3;

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr(layout.TrainingSplit, layout.EvaluationSplit);
        string[] classes = layout.Classes(scope);
        string labels = scope.FolderOf($"The label pictures of the split '{split}'", layout.Labels(split));
        string[] pictures = layout.Pictures(split);
        return scope.PlanOfFiles(labels, "*.png", subfolders: false, (file, log) => Make(scope, file, classes, split, pictures, log), cancellationToken);
    }

    private SegCapSample? Make(ImportScope scope, string file, string[] classes, string split, string[] pictures, ImportLog log)
    {
        string stem = Path.GetFileNameWithoutExtension(file);
        (int width, int height, SortedDictionary<int, Mask> masks) = Decode(file, classes, out Mask? uncounted);
        if (masks.Count == 0)
        {
            log.LeaveOut("a picture has no class that counts", stem);
            return null;
        }

        string id = $"{scope.Kind}-{split}-{stem}";
        Random? random = scope.ForEvaluation ? null : scope.RandomOf(id);
        int[] shown = [.. masks.Keys];
        if (random is not null && shown.Length >= ClassesInTraining)
        {
            random.Shuffle(shown);
            shown = shown[..ClassesInTraining];
        }

        SegCapSample sample = scope.Sample(
            id,
            scope.PictureOf(stem + ".jpg", log, pictures),
            width,
            height,
            "semantic",
            [
                .. shown.Select(number => new SegCapQuestion
                {
                    Instruction = Wordings.Segment(classes[number].ToLowerInvariant()),
                    Answer = Wordings.Found(classes[number].ToLowerInvariant(), random),
                    Masks = [RunLengths.Of(masks[number])],
                    Labels = [classes[number]],
                    Expression = classes[number],
                }),
            ],
            split,
            SourceIds.Of("image", stem)) with { Granularity = "panoptic" };
        return random is null && uncounted is not null ? sample with { Ignore = RunLengths.Of(uncounted) } : sample;
    }

    private (int Width, int Height, SortedDictionary<int, Mask> Masks) Decode(string file, string[] classes, out Mask? uncounted)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            LabelImage labels = LabelPng.Decode(stream);
            (SortedDictionary<int, Mask> masks, List<Mask> others) = (new SortedDictionary<int, Mask>(), new List<Mask>());
            foreach ((int value, Mask mask) in labels.Masks())
            {
                if (layout.ClassOf(value, classes) is not { } number)
                {
                    others.Add(mask);
                }
                else if (number < classes.Length)
                {
                    masks.Add(number, mask);
                }
                else
                {
                    throw new FormatException($"it has pixels of the value {value}, and {layout.ClassesFile} has {classes.Length} classes.");
                }
            }

            uncounted = others.Count == 0 ? null : Mask.Union(others);
            return (labels.Width, labels.Height, masks);
        }
        catch (FormatException exception)
        {
            throw Fault.At(file, null, exception.Message, exception);
        }
    }
}

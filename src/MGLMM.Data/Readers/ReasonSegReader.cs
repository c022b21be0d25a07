using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Shapes;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// ReasonSeg: a folder per split with pictures and LabelMe-like files beside them. The largest polygon is drawn first and the others over it, as
/// OpenCV draws them; those called "ignore" are pixels that do not count.
/// </summary>
internal sealed class ReasonSegReader : IDatasetReader
{
    private const int SentencesInTraining = 3;

    /// <summary>Shapes are drawn into bytes, one a pixel; a picture of 16,384 x 16,384 fits.</summary>
    private const int MostPixels = 1 << 28;

    private const byte Target = 1;
    private const byte Ignored = 255;

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "val");
        string folder = scope.FolderOf($"The folder of the split '{split}'", split, Path.Combine("ReasonSeg", split), Path.Combine("reason_seg", "ReasonSeg", split));
        return scope.PlanOfFiles(folder, "*.json", subfolders: false, (file, log) => Make(scope, file, split, log), cancellationToken);
    }

    private static SegCapSample? Make(ImportScope scope, string file, string split, ImportLog log)
    {
        string stem = Path.GetFileNameWithoutExtension(file);
        using JsonFileElement parsed = JsonFile.ReadWhole(file, TextFile.ReadAsUtf8(file, out bool recoded));
        if (recoded)
        {
            log.Note("a file is no UTF-8 and was read as code page 1252", Path.GetFileName(file));
        }

        JsonPlace annotation = parsed.Value;
        Picture picture = scope.PictureOf(stem + ".jpg", log, Path.GetRelativePath(scope.Folder, Path.GetDirectoryName(file)!));
        if (picture.Size() is not { } size)
        {
            if (annotation.Find("imageWidth") is not { } width || annotation.Find("imageHeight") is not { } height)
            {
                log.LeaveOut("the picture was not found or cannot be read, and nothing else says its size", stem);
                return null;
            }

            size = (width.Integer(1, 1 << 16), height.Integer(1, 1 << 16));
        }

        if ((long)size.Width * size.Height > MostPixels)
        {
            throw Fault.At(file, picture.IsThere ? Path.GetFileName(picture.FullPath) : "imageWidth", $"a picture of {size.Width}x{size.Height} pixels is larger than what is drawn into here, {MostPixels} pixels.");
        }

        (Mask target, Mask ignored) = MasksOf(annotation["shapes"], size.Width, size.Height, $"{stem}, ", log);
        if (target.IsEmpty)
        {
            log.LeaveOut("no polygon of a target", stem);
            return null;
        }

        string id = $"{scope.Kind}-{split}-{stem}";
        Random? random = scope.ForEvaluation ? null : scope.RandomOf(id);
        bool isSentence = annotation["is_sentence"].Truth();
        string[] texts = annotation["text"].Items().Select(text => text.Text()).ToArray();
        if (random is not null && texts.Length >= SentencesInTraining)
        {
            random.Shuffle(texts);
            texts = texts[..SentencesInTraining];
        }

        List<SegCapQuestion> questions = new();
        foreach (string? text in texts)
        {
            string name = text.Trim();
            if (name.Length == 0 || !Wordings.IsPlain(name))
            {
                log.LeaveOut(name.Length == 0 ? "a text is empty" : "a text holds mark-up", stem);
                continue;
            }

            // A whole sentence is a question already; a phrase is asked for like any other.
            questions.Add(new SegCapQuestion
            {
                Instruction = isSentence ? name : Wordings.Segment(random is null ? name : name.ToLowerInvariant()),
                Answer = isSentence ? "Sure, [SEG]." : Wordings.Found(random is null ? name : name.ToLowerInvariant(), null),
                Masks = [RunLengths.Of(target)],
                Labels = [isSentence ? "target" : name],
                Expression = text,
                Ignore = random is null && !ignored.IsEmpty ? RunLengths.Of(ignored) : null,
            });
        }

        if (questions.Count == 0)
        {
            log.LeaveOut("nothing is asked", stem);
            return null;
        }

        return scope.Sample(id, picture, size.Width, size.Height, "reason", questions, split, SourceIds.Of("image", stem));
    }

    /// <summary>The pixels that are meant, and those that do not count.</summary>
    private static (Mask Target, Mask Ignored) MasksOf(JsonPlace shapes, int width, int height, string place, ImportLog log)
    {
        List<(string Label, (int X, int Y)[] Points, long Area)> kept = new();
        foreach (JsonPlace shape in shapes.Items())
        {
            string label = shape["label"].Text();
            if (string.Equals(label, "flag", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            (int X, int Y)[] points = [.. shape["points"].Items().Select(Point)];
            if (points.Length == 0)
            {
                log.LeaveOut("a shape has no point", place + shape.Path);
                continue;
            }

            byte[] alone = new byte[width * height];
            OpenCvPolygon.Draw(points, alone, width, height, 1);
            kept.Add((label, points, alone.Count((byte)1)));
        }

        // Of two with one area the later is drawn first: the published code sorts upwards and turns the list round.
        byte[] pixels = new byte[width * height];
        foreach ((string label, (int X, int Y)[] points, long _) in kept.OrderBy(shape => shape.Area).Reverse())
        {
            OpenCvPolygon.Draw(points, pixels, width, height, label.Contains("ignore", StringComparison.OrdinalIgnoreCase) ? Ignored : Target);
        }

        return (Only(pixels, Target), Only(pixels, Ignored));

        Mask Only(byte[] values, byte value) => Mask.FromBitmap([.. values.Select(pixel => pixel == value)], width, height);
    }

    private static (int X, int Y) Point(JsonPlace point)
    {
        double[] numbers = point.Numbers();
        return numbers is [var x, var y] && Math.Abs(x) < OpenCvPolygon.LargestCoordinate && Math.Abs(y) < OpenCvPolygon.LargestCoordinate
            ? ((int)x, (int)y)
            : throw point.Says("it is no x, y of a picture.");
    }
}

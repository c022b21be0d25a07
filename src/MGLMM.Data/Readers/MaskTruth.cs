using MGLMM.Data.Coco;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>The masks of a <c>*_mask_gt.json</c> by picture, read when they are wanted. Widths and heights of its pictures are not looked at: those of MGSC are swapped.</summary>
internal sealed class MaskTruth
{
    private const string Annotations = "annotations";

    private readonly JsonFile _file;
    private readonly Dictionary<string, List<(long Index, long Offset, int Length)>> _places = new(StringComparer.Ordinal);

    private MaskTruth(JsonFile file) => _file = file;

    /// <summary>Indexes a file; the scope closes it.</summary>
    public static MaskTruth Open(string path, ImportScope scope, CancellationToken cancellationToken)
    {
        MaskTruth truth = new(scope.Own(JsonFile.Open(path)));
        truth._file.Walk(
            value =>
            {
                if (value.Property != Annotations || value.Index < 0)
                {
                    return;
                }

                using JsonFileElement parsed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
                string image = CaptionTruth.IdOf(parsed.Value["image_id"]);
                if (!truth._places.TryGetValue(image, out List<(long Index, long Offset, int Length)>? places))
                {
                    truth._places.Add(image, places = []);
                }

                places.Add((value.Index, value.Offset, value.Json.Length));
            },
            scope.Reading(path),
            cancellationToken);
        return truth;
    }

    /// <summary>Tells of masks whose picture has no caption.</summary>
    public void LeaveOutOthers(IEnumerable<string> captioned, ImportLog log)
    {
        foreach (string image in _places.Keys.Except(captioned, StringComparer.Ordinal))
        {
            log.LeaveOut("masks are of a picture that has no caption", $"picture {image}");
        }
    }

    /// <summary>The masks of a picture, in the file's order.</summary>
    public IReadOnlyList<Mask> Of(string image)
    {
        List<Mask> masks = new();
        foreach ((long index, long offset, int length) in _places.GetValueOrDefault(image) ?? [])
        {
            using JsonFileElement annotation = _file.Read(Annotations, index, offset, length);
            masks.Add(CocoSegmentation.RunLengths(annotation.Value["segmentation"]));
        }

        return masks;
    }
}

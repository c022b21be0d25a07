using MGLMM.Data.Input;
using MGLMM.Data.Shapes;
using MGLMM.Masks;

namespace MGLMM.Data.Coco;

/// <summary>
/// A <c>segmentation</c> as COCO files and those derived from them hold it: polygons (pieces are united), run lengths with plain or compressed
/// counts, or a list of such run lengths. Decoded as pycocotools does.
/// </summary>
internal static class CocoSegmentation
{
    private const int LeastNumbers = 4;

    /// <summary>The mask; null where there is none: no segmentation, an empty list, or nothing but pieces of fewer than four numbers, which are no polygons.</summary>
    /// <param name="segmentation">The field; null where it is absent or null, as annotation tools write it for a box.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <exception cref="InvalidDataException">It is none of these, or damaged.</exception>
    public static Mask? ToMask(JsonPlace? segmentation, int width, int height)
    {
        if (segmentation is not { } given)
        {
            return null;
        }

        if (given.IsObject)
        {
            return RunLengths(given, width, height);
        }

        if (given.Count < LeastNumbers && given.Items().All(number => number.IsNumber))
        {
            return null;
        }

        if (given[0].IsNumber)
        {
            return Polygon(given, given.Count == LeastNumbers, width, height);
        }

        JsonPlace[] pieces = [.. given.Items().SkipWhile(piece => piece.IsList && piece.Count < LeastNumbers)];
        if (pieces.Length == 0)
        {
            return null;
        }

        // What the first piece is decides for all of them, as in pycocotools: four numbers are a box.
        bool boxes = pieces[0].IsList && pieces[0].Count == LeastNumbers;
        return Mask.Union(pieces.Select(piece => piece.IsObject ? RunLengths(piece, width, height) : Polygon(piece, boxes, width, height)));
    }

    /// <summary>A mask of run lengths whose size is not known from elsewhere.</summary>
    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static Mask RunLengths(JsonPlace rle)
    {
        (int height, int width) = SizeOf(rle);
        return RunLengths(rle, width, height);
    }

    /// <summary>Height and width of run lengths.</summary>
    public static (int Height, int Width) SizeOf(JsonPlace rle)
    {
        JsonPlace size = rle["size"];
        return size.IsList && size.Count == 2
            ? (size[0].Integer(1, 1 << 16), size[1].Integer(1, 1 << 16))
            : throw size.Wrong("a list of height and width");
    }

    private static Mask RunLengths(JsonPlace rle, int width, int height)
    {
        (int Height, int Width) size = SizeOf(rle);
        if (size != (height, width))
        {
            throw rle["size"].Says($"it is [{size.Height}, {size.Width}], and the picture's [height, width] is [{height}, {width}].");
        }

        JsonPlace counts = rle["counts"];
        try
        {
            return counts.IsList ? CocoRle.DecodeUncompressed(counts.Integers(), width, height) : CocoRle.Decode(counts.Text(), width, height);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw counts.Says(exception.Message, exception);
        }
    }

    private static Mask Polygon(JsonPlace piece, bool isBox, int width, int height)
    {
        double[] numbers = piece.Numbers();
        if (isBox && numbers.Length != 4)
        {
            throw piece.Says($"it has {numbers.Length} numbers, and the first piece says that these are boxes.");
        }

        try
        {
            return isBox ? CocoPolygon.FillBox(numbers, width, height) : CocoPolygon.Fill(numbers, width, height);
        }
        catch (FormatException exception)
        {
            throw piece.Says(exception.Message, exception);
        }
    }
}

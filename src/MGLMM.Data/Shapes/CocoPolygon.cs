using System.Buffers;
using MGLMM.Masks;

namespace MGLMM.Data.Shapes;

/// <summary>
/// Polygons as pycocotools makes masks of them, run for run (the rule of <c>rleFrPoly</c> in the COCO API, common/maskApi.c). It differs from a
/// fill by pixel centres: the outline is walked on a grid five times finer, and a column's runs change where the walk crosses it.
/// </summary>
internal static class CocoPolygon
{
    /// <summary>Coordinates beyond this are no pixels of any picture; walking so far would only take time.</summary>
    public const double LargestCoordinate = 1e6;

    private const double Scale = 5;

    /// <summary>The mask of one polygon.</summary>
    /// <param name="coordinates">x and y in turn, in pixels; of an odd number the last is not looked at.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="height">Rows of the mask.</param>
    /// <exception cref="FormatException">A coordinate lies further out than <see cref="LargestCoordinate"/>.</exception>
    public static Mask Fill(ReadOnlySpan<double> coordinates, int width, int height)
    {
        int vertices = coordinates.Length / 2;
        if (vertices == 0)
        {
            return Mask.Empty(width, height);
        }

        (int X, int Y)[] fine = ArrayPool<(int X, int Y)>.Shared.Rent(vertices + 1);
        for (int index = 0; index < vertices; index++)
        {
            fine[index] = (OnFineGrid(coordinates[2 * index]), OnFineGrid(coordinates[(2 * index) + 1]));
        }

        fine[vertices] = fine[0];
        List<long> crossings = new();
        (int lastX, int lastY, bool first) = (0, 0, true);
        for (int index = 0; index < vertices; index++)
        {
            Walk(fine[index], fine[index + 1], width, height, crossings, ref lastX, ref lastY, ref first);
        }

        ArrayPool<(int X, int Y)>.Shared.Return(fine);
        return Between(crossings, width, height);
    }

    /// <summary>A box as pycocotools fills it: as the polygon of its corners.</summary>
    /// <param name="box">x, y, width, height.</param>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="height">Rows of the mask.</param>
    public static Mask FillBox(ReadOnlySpan<double> box, int width, int height)
    {
        (double left, double top, double right, double bottom) = (box[0], box[1], box[0] + box[2], box[1] + box[3]);
        return Fill([left, top, left, bottom, right, bottom, right, top], width, height);
    }

    private static int OnFineGrid(double coordinate) => Math.Abs(coordinate) <= LargestCoordinate
        ? (int)((Scale * coordinate) + .5)
        : throw new FormatException(FormattableString.Invariant($"the coordinate {coordinate} lies outside of any picture."));

    /// <summary>Steps along an edge one fine pixel at a time, the longer of its two directions first, always from the same end.</summary>
    private static void Walk((int X, int Y) from, (int X, int Y) to, int width, int height, List<long> crossings, ref int lastX, ref int lastY, ref bool first)
    {
        (int spanX, int spanY) = (Math.Abs(to.X - from.X), Math.Abs(from.Y - to.Y));
        bool flat = spanX >= spanY;
        bool backwards = flat ? from.X > to.X : from.Y > to.Y;
        ((int X, int Y) start, (int X, int Y) end) = backwards ? (to, from) : (from, to);
        int steps = flat ? spanX : spanY;
        double slope = flat ? (double)(end.Y - start.Y) / spanX : (double)(end.X - start.X) / spanY;
        for (int step = 0; step <= steps; step++)
        {
            int along = backwards ? steps - step : step;

            // An edge without length has no slope; its one point lies where it begins.
            double across = steps == 0 ? 0 : slope * along;
            (int x, int y) = flat ? (along + start.X, (int)(start.Y + across + .5)) : ((int)(start.X + across + .5), along + start.Y);
            if (!first && x != lastX)
            {
                Cross(x, y, lastX, lastY, width, height, crossings);
            }

            (lastX, lastY, first) = (x, y, false);
        }
    }

    /// <summary>Notes where a step to another fine column crosses the middle of a pixel column.</summary>
    private static void Cross(int x, int y, int lastX, int lastY, int width, int height, List<long> crossings)
    {
        double column = ((double)(x < lastX ? x : x - 1) + .5) / Scale - .5;
        if (Math.Floor(column) != column || column < 0 || column > width - 1)
        {
            return;
        }

        double row = ((double)(y < lastY ? y : lastY) + .5) / Scale - .5;
        row = Math.Ceiling(row < 0 ? 0 : row > height ? height : row);
        crossings.Add(((long)(int)column * height) + (int)row);
    }

    /// <summary>Crossings in column-major order are where the mask changes.</summary>
    private static Mask Between(List<long> crossings, int width, int height)
    {
        crossings.Sort();
        MaskBuilder builder = new(width, height);
        bool inside = false;
        long pixels = (long)width * height;
        foreach (long crossing in crossings)
        {
            builder.Append(inside, (int)(Math.Min(crossing, pixels) - builder.Position));
            inside = !inside;
        }

        builder.Append(inside, (int)(pixels - builder.Position));
        return builder.ToMask();
    }
}

using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Pairs predicted masks with true ones.</summary>
internal static class MaskMatching
{
    /// <summary>IoU of every prediction (rows) with every truth (columns).</summary>
    public static double[,] Overlaps(IReadOnlyList<Mask> predicted, IReadOnlyList<Mask> truth)
    {
        double[,] overlaps = new double[predicted.Count, truth.Count];
        for (int row = 0; row < predicted.Count; row++)
        {
            for (int column = 0; column < truth.Count; column++)
            {
                // Two empty masks are no match: neither points at anything.
                overlaps[row, column] = predicted[row].IsEmpty && truth[column].IsEmpty ? 0 : predicted[row].IntersectionOverUnion(truth[column]);
            }
        }

        return overlaps;
    }

    /// <summary>One-to-one pairs with overlap, the best first, as the official evaluation makes them.</summary>
    public static List<(int Predicted, int Truth, double Overlap)> Greedy(double[,] overlaps)
    {
        List<(int Predicted, int Truth, double Overlap)> pairs = new();
        (int rows, int columns) = (overlaps.GetLength(0), overlaps.GetLength(1));
        (bool[] usedRows, bool[] usedColumns) = (new bool[rows], new bool[columns]);
        while (true)
        {
            (int Row, int Column, double Overlap) best = (Row: -1, Column: -1, Overlap: 0d);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns && !usedRows[row]; column++)
                {
                    if (!usedColumns[column] && overlaps[row, column] > best.Overlap)
                    {
                        best = (row, column, overlaps[row, column]);
                    }
                }
            }

            if (best.Row < 0)
            {
                return pairs;
            }

            usedRows[best.Row] = usedColumns[best.Column] = true;
            pairs.Add(best);
        }
    }
}

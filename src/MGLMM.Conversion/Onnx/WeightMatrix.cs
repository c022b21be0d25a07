namespace MGLMM.Conversion.Onnx;

/// <summary>A matrix as PyTorch stores a Linear's weight, [rows, columns] row-major, in a buffer that is only lent.</summary>
/// <param name="Values">Rows x columns elements; valid until the source reads the next matrix.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
internal readonly record struct WeightMatrix(Memory<float> Values, int Rows, int Columns)
{
    /// <summary>
    /// Copies columns <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> as rows: the transposed
    /// matrix, a band at a time.
    /// </summary>
    public void TransposeBand(int first, int count, Span<float> target)
    {
        // Square blocks keep both sides within the cache.
        const int Block = 32;
        Span<float> source = Values.Span;
        for (int row = 0; row < Rows; row += Block)
        {
            int rowEnd = Math.Min(row + Block, Rows);
            for (int column = 0; column < count; column += Block)
            {
                int columnEnd = Math.Min(column + Block, count);
                for (int r = row; r < rowEnd; r++)
                {
                    for (int c = column; c < columnEnd; c++)
                    {
                        target[(c * Rows) + r] = source[(r * Columns) + first + c];
                    }
                }
            }
        }
    }
}

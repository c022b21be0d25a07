namespace MGLMM.Masks;

/// <summary>
/// Builds a mask from runs, in column-major order and without a bitmap: down the first column, then down the second, and so on.
/// What is never reached stays outside.
/// </summary>
/// <remarks>For one thread at a time. It may go on after <see cref="ToMask"/>; masks already made do not change.</remarks>
public sealed class MaskBuilder
{
    private readonly int _pixels;
    private RunWriter _writer;

    /// <summary>A builder of masks of one size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one that a mask can have.</exception>
    public MaskBuilder(int width, int height)
    {
        _pixels = MaskSize.Check(width, height);
        Width = width;
        Height = height;
        _writer = new RunWriter(width, height, 64);
    }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The next pixel to be said, counted in column-major order: column times <see cref="Height"/> plus row.</summary>
    public int Position { get; private set; }

    /// <summary>Says that the next <paramref name="length"/> pixels are inside or are not; may run on into further columns.</summary>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or reaches past the last pixel.</exception>
    public MaskBuilder Append(bool inside, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _pixels - Position);
        if (inside)
        {
            _writer.Add(Position, Position + length);
        }

        Position += length;
        return this;
    }

    /// <summary>
    /// Says that the rows <paramref name="top"/> to <paramref name="bottom"/> - 1 of a column are inside, and that nothing between
    /// <see cref="Position"/> and there is.
    /// </summary>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The rows or the column lie outside the image, or before <see cref="Position"/>.
    /// </exception>
    public MaskBuilder AppendColumnRun(int x, int top, int bottom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(x, Width);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, bottom);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bottom, Height);
        int start = (x * Height) + top;
        if (start < Position)
        {
            throw new ArgumentOutOfRangeException(
                nameof(top), $"Column {x}, row {top} comes before the pixels already said, which end at column {Position / Height}, row {Position % Height}.");
        }

        _writer.Add(start, start + bottom - top);
        Position = start + bottom - top;
        return this;
    }

    /// <summary>The mask said so far; every pixel from <see cref="Position"/> on is outside.</summary>
    public Mask ToMask() => _writer.ToMask();
}

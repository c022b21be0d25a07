using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace MGLMM.Masks;

/// <summary>
/// An immutable set of pixels of an image, held as run lengths: exact, small, and combined without being decoded.
/// </summary>
/// <remarks>
/// <para>
/// The runs follow the COCO convention: pixels in column-major order (down the first column, then down the second, ...), lengths
/// alternating between outside and inside, starting with outside. They are canonical: only the first may be zero. Two masks are
/// therefore equal exactly when their sizes and runs are.
/// </para>
/// <para>
/// A mask has at least 1 by 1 and at most <see cref="int.MaxValue"/> pixels. Operations on two masks of different sizes throw an
/// <see cref="ArgumentException"/> that names both. All members may be called from any thread at once.
/// </para>
/// <para>As JSON it is COCO's compressed run lengths: <c>{"size": [height, width], "counts": "..."}</c>.</para>
/// </remarks>
[JsonConverter(typeof(MaskJsonConverter))]
public sealed partial class Mask : IEquatable<Mask>
{
    private readonly int[] _counts;
    private StrongBox<PixelBox>? _box;
    private int[]? _ends;

    /// <summary>Takes ownership of canonical counts that sum to width times height.</summary>
    internal Mask(int width, int height, int[] counts, long area)
    {
        Width = width;
        Height = height;
        _counts = counts;
        Area = area;
    }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>
    /// The run lengths in pixels, column-major, starting with the outside run; only the first may be zero. They sum to width times
    /// height. The span is a view of the mask's own memory.
    /// </summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>The number of pixels inside.</summary>
    public long Area { get; }

    /// <summary>Whether no pixel is inside.</summary>
    public bool IsEmpty => Area == 0;

    /// <summary>The smallest box that holds every inside pixel; the default box where the mask is empty. Computed once.</summary>
    public PixelBox Box => (_box ??= new StrongBox<PixelBox>(ComputeBox())).Value;

    /// <summary>
    /// Whether the pixel in column <paramref name="x"/> and row <paramref name="y"/> is inside; false for a pixel that lies
    /// outside the image. The first call prepares an index, after which each takes logarithmic time.
    /// </summary>
    public bool Contains(int x, int y) =>
        (uint)x < (uint)Width && (uint)y < (uint)Height && IsInside((x * Height) + y);

    /// <inheritdoc/>
    public bool Equals(Mask? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Width == other.Width && Height == other.Height && Counts.SequenceEqual(other.Counts));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Mask);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default(HashCode);
        hash.Add(Width);
        hash.Add(Height);
        foreach (int count in _counts)
        {
            hash.Add(count);
        }

        return hash.ToHashCode();
    }

    /// <summary>Size, area and box in words, for logs and debuggers.</summary>
    public override string ToString() => IsEmpty
        ? $"Mask {Width} x {Height}, empty"
        : $"Mask {Width} x {Height}, {Area} px in [{Box.Left}, {Box.Top}, {Box.Right}, {Box.Bottom})";

    /// <summary>The vertical stretches of inside pixels, column by column.</summary>
    internal SegmentEnumerator Segments() => new(_counts, Height);

    private static void CheckSameSize(Mask first, Mask second)
    {
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width || first.Height != second.Height)
        {
            throw new ArgumentException(
                $"Masks of different sizes cannot be combined: {first.Width} x {first.Height} and {second.Width} x {second.Height}.");
        }
    }

    private bool IsInside(int position)
    {
        int[] ends = _ends ??= ComputeEnds();
        int index = ends.AsSpan().BinarySearch(position);

        // A hit is the pixel just after run `index`; a miss is the complement of the first end beyond the pixel, i.e. of its run.
        // An empty first run makes no trouble: its end, 0, is never beyond a pixel.
        int run = index >= 0 ? index + 1 : ~index;
        return (run & 1) != 0;
    }

    private int[] ComputeEnds()
    {
        int[] ends = new int[_counts.Length];
        int end = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            end += _counts[i];
            ends[i] = end;
        }

        return ends;
    }

    private PixelBox ComputeBox()
    {
        if (IsEmpty)
        {
            return default;
        }

        int left = -1;
        int right = 0;
        int top = int.MaxValue;
        int bottom = 0;
        SegmentEnumerator segments = Segments();
        while (segments.MoveNext())
        {
            left = left < 0 ? segments.X : left;
            right = segments.X + 1;
            top = Math.Min(top, segments.Top);
            bottom = Math.Max(bottom, segments.Bottom);
        }

        return new PixelBox(left, top, right, bottom);
    }
}

using System.Buffers;

namespace MGLMM.Masks;

/// <summary>
/// Collects inside ranges in ascending column-major order and turns them into canonical run lengths. The buffer is pooled: call
/// <see cref="ToMask"/> and then <see cref="Release"/>, or drop the writer and leave the buffer to the collector.
/// </summary>
internal struct RunWriter
{
    private readonly int _width;
    private readonly int _height;
    private int[] _counts;
    private int _used;
    private int _end;
    private long _area;

    public RunWriter(int width, int height, int capacity)
    {
        _width = width;
        _height = height;
        _counts = ArrayPool<int>.Shared.Rent(Math.Max(capacity, 16));
    }

    /// <summary>Where the last inside range ended.</summary>
    public readonly int End => _end;

    /// <summary>Appends the inside range [start, end); start must not lie before <see cref="End"/>. Touching ranges join.</summary>
    public void Add(int start, int end)
    {
        if (end <= start)
        {
            return;
        }

        _area += end - start;
        if (_used > 0 && start == _end)
        {
            _counts[_used - 1] += end - start;
        }
        else
        {
            // Room for this pair and for the closing run of zeros, so that ToMask never has to grow.
            if (_used + 3 > _counts.Length)
            {
                Grow();
            }

            _counts[_used++] = start - _end;
            _counts[_used++] = end - start;
        }

        _end = end;
    }

    /// <summary>The mask of all ranges so far; everything after the last one is outside.</summary>
    public readonly Mask ToMask()
    {
        int rest = (_width * _height) - _end;
        int[] counts = new int[_used + (rest > 0 ? 1 : 0)];
        _counts.AsSpan(0, _used).CopyTo(counts);
        if (rest > 0)
        {
            counts[^1] = rest;
        }

        return new Mask(_width, _height, counts, _area);
    }

    /// <summary>Gives the buffer back; the writer is of no more use.</summary>
    public void Release()
    {
        ArrayPool<int>.Shared.Return(_counts);
        _counts = [];
    }

    /// <summary><see cref="ToMask"/> and <see cref="Release"/> in one.</summary>
    public Mask Finish()
    {
        Mask mask = ToMask();
        Release();
        return mask;
    }

    private void Grow()
    {
        int[] larger = ArrayPool<int>.Shared.Rent(_counts.Length * 2);
        _counts.AsSpan(0, _used).CopyTo(larger);
        ArrayPool<int>.Shared.Return(_counts);
        _counts = larger;
    }
}

namespace MGLMM.Masks;

/// <summary>
/// Walks the inside runs cut at column boundaries: each stop is one vertical stretch of pixels within one column, columns left to
/// right and stretches top to bottom. Two stretches of one column never touch.
/// </summary>
internal ref struct SegmentEnumerator(ReadOnlySpan<int> counts, int height)
{
    private readonly ReadOnlySpan<int> _counts = counts;
    private readonly int _height = height;
    private int _next;
    private int _position;
    private int _runEnd;
    private int _columnStart;

    /// <summary>The column of the current stretch.</summary>
    public int X { get; private set; }

    /// <summary>The first row of the current stretch.</summary>
    public int Top { get; private set; }

    /// <summary>One past the last row of the current stretch.</summary>
    public int Bottom { get; private set; }

    public bool MoveNext()
    {
        if (_position < _runEnd)
        {
            // The run goes on at the top of the next column.
            X++;
            _columnStart += _height;
        }
        else
        {
            if (_next + 1 >= _counts.Length)
            {
                return false;
            }

            _position = _runEnd + _counts[_next];
            _runEnd = _position + _counts[_next + 1];
            _next += 2;
            int ahead = _position - _columnStart;
            if (ahead >= _height)
            {
                int columns = ahead / _height;
                X += columns;
                _columnStart += columns * _height;
            }
        }

        Top = _position - _columnStart;
        _position = Math.Min(_runEnd, _columnStart + _height);
        Bottom = _position - _columnStart;
        return true;
    }
}

using System.Buffers;
using System.Text;

namespace MGLMM.Runtime.Text;

/// <summary>
/// Turns the generated ids of one answer into text while they arrive. One instance per answer; not safe to share between threads.
/// Allocates nothing per token once its buffer has grown to the longest token.
/// </summary>
/// <remarks>
/// The deltas together are what <see cref="OfficialText"/> finally says, newlines left out and double spaces halved included, but
/// for what cannot be known before the end: the space that the official decoder puts in front of a whole run of text when
/// <c>&lt;/s&gt;</c> follows (which halving removes again unless the run begins with further spaces), and answers that begin without
/// a space or contain the assistant's role themselves, where the official code cuts in the wrong place.
/// </remarks>
internal sealed class StreamingDetokenizer
{
    private const int LongestUtf8Character = 4;

    private readonly GroundingTokenizer _tokenizer;
    private readonly byte[] _bytes = new byte[LongestUtf8Character];
    private int _byteCount;
    private char[] _delta = new char[64];
    private int _deltaLength;

    // The answer continues the prompt's last run of text, "... ASSISTANT:".
    private bool _inRun = true;
    private bool _mayDropBoundary;
    private bool _started;
    private bool _oddSpace;

    public StreamingDetokenizer(GroundingTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
    }

    /// <summary>What one more token adds to the text; may be empty. Valid until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public ReadOnlySpan<char> Append(int id)
    {
        _tokenizer.ThrowIfNotInVocabulary(id);
        _deltaLength = 0;
        if (_tokenizer.TryGetByte(id, out byte value))
        {
            BeginRun();
            _bytes[_byteCount++] = value;
            WriteBytes(isEnd: false);
            return _delta.AsSpan(0, _deltaLength);
        }

        WriteBytes(isEnd: true);
        if (_tokenizer.IsAdded(id))
        {
            Write(' ');
            Write(_tokenizer.Surface(id));
            _inRun = false;
        }
        else if (_tokenizer.IsSpecial(id))
        {
            BeginRun();
            Write(_tokenizer.Surface(id));
            _mayDropBoundary = true;
        }
        else
        {
            BeginRun();
            string surface = _tokenizer.Surface(id);
            bool drop = _mayDropBoundary && surface.Length > 0 && _tokenizer.Pieces[id][0] == GroundingTokenizer.WordBoundary;
            Write(surface.AsSpan(drop ? 1 : 0));
            _mayDropBoundary &= surface.Length == 0;
        }

        return _delta.AsSpan(0, _deltaLength);
    }

    /// <summary>What is left when no token follows: an unfinished character becomes U+FFFD. Valid until the next call.</summary>
    public ReadOnlySpan<char> Complete()
    {
        _deltaLength = 0;
        WriteBytes(isEnd: true);
        return _delta.AsSpan(0, _deltaLength);
    }

    private void BeginRun()
    {
        if (!_inRun)
        {
            Write(' ');
            _inRun = true;
            _mayDropBoundary = true;
        }
    }

    private void WriteBytes(bool isEnd)
    {
        int used = 0;
        Span<char> utf16 = stackalloc char[2];
        while (used < _byteCount)
        {
            OperationStatus status = Rune.DecodeFromUtf8(_bytes.AsSpan(used.._byteCount), out Rune rune, out int length);
            if (status == OperationStatus.NeedMoreData && !isEnd)
            {
                break;
            }

            if (status != OperationStatus.Done)
            {
                (rune, length) = (Rune.ReplacementChar, 1);
            }

            Write(utf16[..rune.EncodeToUtf16(utf16)]);
            _mayDropBoundary = false;
            used += length;
        }

        _bytes.AsSpan(used.._byteCount).CopyTo(_bytes);
        _byteCount -= used;
    }

    private void Write(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            Write(c);
        }
    }

    private void Write(char c)
    {
        if (c == '\n')
        {
            return;
        }

        if (c == ' ')
        {
            // replace("  ", " ") keeps every other space of a run; the very first one belongs to the prompt's "ASSISTANT: ".
            _oddSpace = !_oddSpace;
            if (!_oddSpace || !_started)
            {
                _started = true;
                return;
            }
        }
        else
        {
            _oddSpace = false;
        }

        _started = true;
        if (_deltaLength == _delta.Length)
        {
            Array.Resize(ref _delta, _delta.Length * 2);
        }

        _delta[_deltaLength++] = c;
    }
}

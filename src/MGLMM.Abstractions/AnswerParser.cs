using System.Buffers;
using System.Globalization;
using System.Text;

namespace MGLMM;

/// <summary>
/// Parses the unified answer format, <c>&lt;p&gt; phrase &lt;/p&gt; [SEG]</c>. Never throws on what a model wrote; takes linear time.
/// </summary>
/// <remarks>
/// <para>
/// A <c>[SEG]</c> belongs to the phrase that is open, or to the one that was just closed if nothing but further <c>[SEG]</c>s and
/// white space stand between; otherwise it stands without a phrase. Unbalanced tags are read as a person would: a second
/// <c>&lt;p&gt;</c> ends the first phrase, a <c>&lt;/p&gt;</c> without a <c>&lt;p&gt;</c> is dropped, a phrase that was never closed
/// ends with the text. An empty phrase without masks is dropped.
/// </para>
/// <para>
/// Model text is untrusted: control and invisible formatting characters (also those that reverse the reading direction or hide
/// text) act as white space; joiners inside emoji and words stay. Every piece of markup separates words, so that removing it can
/// never form new markup.
/// </para>
/// </remarks>
internal static class AnswerParser
{
    private const string PhraseStart = "<p>";
    private const string PhraseEnd = "</p>";
    private const string Segment = "[SEG]";
    private static readonly string[] Dropped =
        ["</s>", "<s>", "<unk>", "<im_start>", "<im_end>", InstructionTemplates.ImageMarkup, "<bbox>", "<point>"];

    /// <summary>Parses an answer.</summary>
    /// <param name="answer">The answer's text with its markup.</param>
    /// <param name="segmentCount">
    /// How many masks there are. A model may spell <c>[SEG]</c> out in ordinary tokens, which makes no mask: those beyond the count
    /// are dropped.
    /// </param>
    public static GroundedText Parse(string answer, int segmentCount = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Writer writer = new(answer.Length);
        ReadOnlySpan<char> rest = answer;
        while (!rest.IsEmpty)
        {
            int length;
            if (rest[0] is '<' or '[' && (length = MarkupLength(rest)) > 0)
            {
                switch (rest[..length])
                {
                    case PhraseStart:
                        writer.OpenPhrase();
                        break;
                    case PhraseEnd:
                        writer.ClosePhrase();
                        break;
                    case Segment when writer.SegmentCount < segmentCount:
                        writer.AddSegment();
                        break;
                }

                writer.Space();
                rest = rest[length..];
                continue;
            }

            // An unpaired surrogate decodes to U+FFFD.
            _ = Rune.DecodeFromUtf16(rest, out Rune rune, out length);
            rest = rest[length..];
            if (IsSeparator(rune))
            {
                writer.Space();
            }
            else
            {
                writer.Append(rune, rest.IsEmpty ? '\0' : rest[0]);
            }
        }

        return writer.ToText();
    }

    private static int MarkupLength(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(Segment, StringComparison.Ordinal))
        {
            return Segment.Length;
        }

        if (text.StartsWith(PhraseStart, StringComparison.Ordinal))
        {
            return PhraseStart.Length;
        }

        if (text.StartsWith(PhraseEnd, StringComparison.Ordinal))
        {
            return PhraseEnd.Length;
        }

        foreach (string markup in Dropped)
        {
            if (text.StartsWith(markup, StringComparison.Ordinal))
            {
                return markup.Length;
            }
        }

        return 0;
    }

    private static bool IsSeparator(Rune rune)
    {
        const int ZeroWidthNonJoiner = 0x200C;
        const int ZeroWidthJoiner = 0x200D;
        return Rune.IsWhiteSpace(rune)
            || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                && rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner));
    }

    private sealed class Writer(int capacity)
    {
        private static readonly SearchValues<char> Closing = SearchValues.Create(".,;:!?)\u2026");

        private readonly StringBuilder _caption = new(capacity);
        private readonly List<GroundedPhrase> _phrases = [];
        private readonly List<int> _segments = [];
        private bool _space;

        // A phrase is current from its <p> until text follows its </p>; its masks are collected meanwhile.
        private bool _hasPhrase;
        private bool _isOpen;
        private int _start = -1;
        private int _end;

        public int SegmentCount { get; private set; }

        public void Space() => _space = true;

        public void OpenPhrase()
        {
            FinishPhrase();
            _hasPhrase = true;
            _isOpen = true;
            _start = -1;
        }

        public void ClosePhrase()
        {
            if (_isOpen)
            {
                _isOpen = false;
                _end = _caption.Length;
            }
        }

        public void AddSegment()
        {
            int index = SegmentCount++;
            if (_hasPhrase)
            {
                _segments.Add(index);
            }
            else
            {
                _phrases.Add(new GroundedPhrase(null, _caption.Length, _caption.Length, [index]));
            }
        }

        public void Append(Rune rune, char next)
        {
            if (!_isOpen)
            {
                FinishPhrase();
            }

            if (_space && _caption.Length > 0)
            {
                bool attaches = rune.IsBmp && Closing.Contains((char)rune.Value) && !char.IsLetterOrDigit(next);
                if (!attaches)
                {
                    _caption.Append(' ');
                }
            }

            _space = false;
            if (_isOpen && _start < 0)
            {
                _start = _caption.Length;
            }

            Span<char> utf16 = stackalloc char[2];
            _caption.Append(utf16[..rune.EncodeToUtf16(utf16)]);
        }

        public GroundedText ToText()
        {
            FinishPhrase();
            return new GroundedText(_caption.ToString(), _phrases, SegmentCount);
        }

        private void FinishPhrase()
        {
            if (!_hasPhrase)
            {
                return;
            }

            ClosePhrase();
            int[] segments = [.. _segments];
            if (_start >= 0)
            {
                _phrases.Add(new GroundedPhrase(_caption.ToString(_start, _end - _start), _start, _end, segments));
            }
            else if (segments.Length > 0)
            {
                _phrases.Add(new GroundedPhrase(null, _end, _end, segments));
            }

            _hasPhrase = false;
            _segments.Clear();
        }
    }
}

using System.Buffers;
using System.Text;

namespace MGLMM.Runtime.Text;

/// <summary>
/// SentencePiece's BPE over one segment of text: the best-scored neighbouring pair is merged first, the leftmost of equals.
/// Stateless after construction; safe to share between threads.
/// </summary>
/// <remarks>
/// Follows <c>src/bpe_model.cc</c> of github.com/google/sentencepiece. Microsoft.ML.Tokenizers 2.0.1 does not do the work: it takes the
/// rightmost of equally scored pairs ("aaa" merges to "a aa" instead of "aa a", so runs of repeated characters differ) and
/// lets text merge into control pieces such as <c>&lt;s&gt;</c>.
/// At most three queue entries are made per character, so time grows as n log n.
/// </remarks>
internal sealed class BytePairEncoder
{
    private const char WordBoundary = GroundingTokenizer.WordBoundary;

    private readonly SentencePieceModel _model;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeable;

    public BytePairEncoder(SentencePieceModel model)
    {
        _model = model;
        Dictionary<string, int> mergeable = new(model.Count, StringComparer.Ordinal);
        for (int id = 0; id < model.Count; id++)
        {
            // Control, unknown and byte pieces are not reachable from text, even if it spells them out.
            if (model.TypeOf(id) is SentencePieceType.Normal or SentencePieceType.UserDefined)
            {
                mergeable.Add(model.Pieces[id], id);
            }
        }

        _mergeable = mergeable.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Appends the ids of <paramref name="text"/>, which gets a word boundary in front as every text does that SentencePiece encodes.
    /// Unpaired surrogates count as U+FFFD.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="places">
    /// Where the places of the ids in the text go, if anybody asks: the word boundary in front is at none, and of the bytes of a character the last one is at it.
    /// </param>
    /// <param name="origin">Where the text begins, for the places.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids, List<Range>? places = null, int origin = 0)
    {
        if (text.IsEmpty)
        {
            return;
        }

        char[] normalizedArray = ArrayPool<char>.Shared.Rent(text.Length + 1);
        Symbol[] symbolArray = ArrayPool<Symbol>.Shared.Rent(text.Length + 1);
        try
        {
            Span<char> normalized = normalizedArray.AsSpan(0, text.Length + 1);
            Normalize(text, normalized);
            Span<Symbol> symbols = symbolArray.AsSpan(0, Split(normalized, symbolArray));
            Merge(normalized, symbols);
            Span<byte> utf8 = stackalloc byte[4];
            for (int i = 0; i >= 0; i = symbols[i].Next)
            {
                ReadOnlySpan<char> piece = normalized.Slice(symbols[i].Start, symbols[i].Length);
                Range place = (origin + Math.Max(0, symbols[i].Start - 1))..(origin + symbols[i].Start + symbols[i].Length - 1);
                if (TryFind(piece, out int id))
                {
                    ids.Add(id);
                    places?.Add(place);
                    continue;
                }

                // Only a single character can be unknown: whatever was merged is a piece.
                int length = Encoding.UTF8.GetBytes(piece, utf8);
                for (int at = 0; at < length; at++)
                {
                    ids.Add(_model.ByteId(utf8[at]));
                    places?.Add(at == length - 1 ? place : place.Start..place.Start);
                }
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(normalizedArray);
            ArrayPool<Symbol>.Shared.Return(symbolArray);
        }
    }

    private static void Normalize(ReadOnlySpan<char> text, Span<char> normalized)
    {
        normalized[0] = WordBoundary;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsSurrogate(c))
            {
                if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    normalized[i + 1] = c;
                    i++;
                    c = text[i];
                }
                else
                {
                    c = '\uFFFD';
                }
            }

            normalized[i + 1] = c == ' ' ? WordBoundary : c;
        }
    }

    private int Split(ReadOnlySpan<char> text, Symbol[] symbols)
    {
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            int length = _model.HasUserDefinedPieces ? LongestUserDefined(text[start..]) : 0;
            bool frozen = length > 0;
            if (!frozen)
            {
                length = char.IsHighSurrogate(text[start]) ? 2 : 1;
            }

            symbols[count] = new Symbol { Start = start, Length = length, Previous = count - 1, Next = count + 1, Frozen = frozen };
            start += length;
            count++;
        }

        symbols[count - 1].Next = -1;
        return count;
    }

    private int LongestUserDefined(ReadOnlySpan<char> text)
    {
        for (int length = Math.Min(text.Length, _model.LongestPiece); length > 0; length--)
        {
            if (_mergeable.TryGetValue(text[..length], out int id) && _model.TypeOf(id) == SentencePieceType.UserDefined)
            {
                return length;
            }
        }

        return 0;
    }

    private void Merge(ReadOnlySpan<char> text, Span<Symbol> symbols)
    {
        PriorityQueue<Pair, Priority> queue = new(symbols.Length, PriorityOrder.Instance);
        for (int i = 1; i < symbols.Length; i++)
        {
            Enqueue(queue, text, symbols, i - 1, i);
        }

        while (queue.TryDequeue(out Pair pair, out _))
        {
            ref Symbol left = ref symbols[pair.Left];
            ref Symbol right = ref symbols[pair.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length)
            {
                continue; // One side has been merged elsewhere since.
            }

            left.Length += right.Length;
            right.Length = 0;
            left.Next = right.Next;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = pair.Left;
            }

            Enqueue(queue, text, symbols, left.Previous, pair.Left);
            Enqueue(queue, text, symbols, pair.Left, left.Next);
        }
    }

    private void Enqueue(PriorityQueue<Pair, Priority> queue, ReadOnlySpan<char> text, Span<Symbol> symbols, int left, int right)
    {
        if (left < 0 || right < 0 || symbols[left].Frozen || symbols[right].Frozen)
        {
            return;
        }

        int length = symbols[left].Length + symbols[right].Length;
        if (TryFind(text.Slice(symbols[left].Start, length), out int id))
        {
            queue.Enqueue(new Pair(left, right, length), new Priority(_model.Score(id), left));
        }
    }

    private bool TryFind(ReadOnlySpan<char> piece, out int id)
    {
        id = -1;
        return piece.Length <= _model.LongestPiece && _mergeable.TryGetValue(piece, out id);
    }

    private struct Symbol
    {
        public int Start;
        public int Length;
        public int Previous;
        public int Next;
        public bool Frozen;
    }

    private readonly record struct Pair(int Left, int Right, int Length);

    private readonly record struct Priority(float Score, int Left);

    private sealed class PriorityOrder : IComparer<Priority>
    {
        public static readonly PriorityOrder Instance = new();

        public int Compare(Priority x, Priority y) => x.Score != y.Score ? y.Score.CompareTo(x.Score) : x.Left.CompareTo(y.Left);
    }
}

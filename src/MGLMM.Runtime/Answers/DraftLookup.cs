namespace MGLMM.Runtime.Answers;

/// <summary>
/// Guesses how an answer goes on: looks for the last few tokens in what was said about the same picture before (and in this
/// very dialogue) and proposes what came after them there. The decoder verifies a guess in one run, so a wrong one costs
/// little and changes nothing (prompt lookup decoding). Allocates only when made. Not thread-safe.
/// </summary>
internal sealed class DraftLookup
{
    /// <summary>Longer matches are tried first: what follows them is the likelier continuation.</summary>
    private const int LongestMatch = 4;

    /// <summary>A single token is followed by too many different ones.</summary>
    private const int ShortestMatch = 2;

    private readonly int[][] _transcripts;
    private readonly int[] _own;
    private readonly DraftPolicy _policy;
    private int _length;
    private int _match;
    private int _guessed;

    /// <param name="transcripts">Earlier questions and answers, oldest first.</param>
    /// <param name="prompt">This prompt's tokens behind the picture.</param>
    /// <param name="limit">Tokens that may be appended.</param>
    /// <param name="policy">Says how much to guess.</param>
    public DraftLookup(int[][] transcripts, ReadOnlySpan<int> prompt, int limit, DraftPolicy policy)
    {
        _policy = policy;
        _transcripts = transcripts;
        _own = new int[prompt.Length + limit];
        prompt.CopyTo(_own);
        _length = prompt.Length;
    }

    /// <summary>The prompt and all that was appended.</summary>
    public int[] Transcript => _own[.._length];

    /// <summary>Tells the next token of the answer.</summary>
    public void Append(int token) => _own[_length++] = token;

    /// <summary>Tells how many tokens of the last guess were right.</summary>
    public void Verified(int right) => _policy.Verified(_match, _guessed, right);

    /// <summary>Writes a guess of the tokens that follow; returns how many.</summary>
    /// <param name="draft">Gets them.</param>
    /// <param name="company">Answers that would share a run instead, this one among them.</param>
    /// <param name="moves">Whether the sequence would have to leave the shared buffers for it.</param>
    public int Guess(Span<int> draft, int company = 1, bool moves = false)
    {
        if (draft.IsEmpty)
        {
            return 0;
        }

        for (int match = Math.Min(LongestMatch, _length); match >= ShortestMatch; match--)
        {
            if (_policy.Length(match, draft.Length, company, moves) is not (> 0 and var length))
            {
                continue;
            }

            Span<int> suffix = _own.AsSpan(_length - match, match);

            // The latest transcript first, then this dialogue itself, which must not match its own end.
            for (int index = _transcripts.Length - 1; index >= 0; index--)
            {
                if (Continue(_transcripts[index], suffix, draft[..length]) is > 0 and var found)
                {
                    (_match, _guessed) = (match, found);
                    return found;
                }
            }

            if (Continue(_own.AsSpan(0, _length - 1), suffix, draft[..length]) is > 0 and var own)
            {
                (_match, _guessed) = (match, own);
                return own;
            }
        }

        return 0;
    }

    private static int Continue(ReadOnlySpan<int> text, ReadOnlySpan<int> suffix, Span<int> draft)
    {
        int at = text.LastIndexOf(suffix);
        if (at < 0 || at + suffix.Length == text.Length)
        {
            return 0;
        }

        ReadOnlySpan<int> following = text[(at + suffix.Length)..];
        int count = Math.Min(following.Length, draft.Length);
        following[..count].CopyTo(draft);
        return count;
    }
}

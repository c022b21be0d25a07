using System.Buffers;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Text;

/// <summary>
/// Text to token ids and back, exactly as the slow <c>LlamaTokenizer</c> of Hugging Face transformers does it in the versions that the
/// families pin: 4.28 for MGLMM and GLaMM, 4.31 for LISA, which differs where a tokenizer says <c>legacy: false</c>
/// (src/transformers/models/llama/tokenization_llama.py and tokenization_utils.py). Immutable; safe to share between threads.
/// </summary>
/// <remarks>
/// Unpaired surrogates, which Python cannot encode at all, count as U+FFFD. Encoding takes n log n time in the text's length; the
/// caller limits how much text it accepts (see <see cref="MaximumTextLength"/> for the last resort).
/// </remarks>
internal sealed partial class GroundingTokenizer
{
    /// <summary>The longest text that is encoded at all, in UTF-16 units; far beyond any model's context.</summary>
    public const int MaximumTextLength = 1 << 20;

    /// <summary>Stands for the image's features in a sequence of ids.</summary>
    public const int ImagePlaceholder = -200;

    /// <summary>Stands for the image in a prompt.</summary>
    public const string ImageMarkup = "<image>";

    /// <summary>SentencePiece's character for a space, U+2581.</summary>
    public const char WordBoundary = '\u2581';

    private readonly SentencePieceModel _model;
    private readonly BytePairEncoder _encoder;
    private readonly string[] _pieces;
    private readonly SearchValues<string> _verbatim;
    private readonly (string Content, int Id)[] _verbatimByLength;
    private readonly Dictionary<int, WhiteSpaceStripping> _stripping = [];
    private readonly Dictionary<string, int>? _idOfPiece;

    private GroundingTokenizer(SentencePieceModel model, TokenSpecification tokens)
    {
        _model = model;
        _encoder = new BytePairEncoder(model);
        RequireType(model, tokens.Unknown, SentencePieceType.Unknown, "unknown");
        RequireType(model, tokens.BeginOfSequence, SentencePieceType.Control, "begin-of-sequence");
        RequireType(model, tokens.EndOfSequence, SentencePieceType.Control, "end-of-sequence");
        UnknownId = tokens.Unknown;
        BeginOfSequenceId = tokens.BeginOfSequence;
        EndOfSequenceId = tokens.EndOfSequence;
        SegmentId = tokens.Segment;

        List<KeyValuePair<string, int>> added = new(tokens.Added.Count);
        foreach (KeyValuePair<string, int> token in tokens.Added)
        {
            // Some checkpoints list <s>, </s> and <unk> among the added tokens although the vocabulary has them.
            bool known = (uint)token.Value < (uint)model.Count && model.Pieces[token.Value] == token.Key;
            if (!known)
            {
                added.Add(token);
            }
        }

        added.Sort((x, y) => x.Value.CompareTo(y.Value));
        _pieces = new string[model.Count + added.Count];
        for (int id = 0; id < model.Count; id++)
        {
            _pieces[id] = model.Pieces[id];
        }

        for (int i = 0; i < added.Count; i++)
        {
            if (added[i].Value != model.Count + i || added[i].Key.Length == 0)
            {
                throw new InvalidDataException(
                    $"The added token '{added[i].Key}' has the id {added[i].Value}; added tokens must follow the {model.Count} pieces "
                    + $"of the vocabulary without a gap, so {model.Count + i} was expected.");
            }

            _pieces[model.Count + i] = added[i].Key;
        }

        if ((uint)SegmentId >= (uint)_pieces.Length)
        {
            throw new InvalidDataException($"The segment token's id {SegmentId} is outside the vocabulary of {_pieces.Length}.");
        }

        List<(string Content, int Id)> verbatim = new(added.Count + 3);
        foreach (int id in (ReadOnlySpan<int>)[UnknownId, BeginOfSequenceId, EndOfSequenceId])
        {
            verbatim.Add((_pieces[id], id));
        }

        for (int id = model.Count; id < _pieces.Length; id++)
        {
            verbatim.Add((_pieces[id], id));
        }

        verbatim.Sort((x, y) => y.Content.Length.CompareTo(x.Content.Length));
        _verbatimByLength = [.. verbatim];
        _verbatim = SearchValues.Create([.. verbatim.ConvertAll(token => token.Content)], StringComparison.Ordinal);
        _surfaces = Surfaces(model);
        foreach ((string content, int id) in verbatim)
        {
            if (tokens.Stripping?.TryGetValue(content, out WhiteSpaceStripping? stripping) == true)
            {
                _stripping[id] = stripping;
            }
        }

        if (tokens.Legacy == false)
        {
            // An added token's content comes first, as where the official code looks an id up.
            _idOfPiece = new Dictionary<string, int>(_pieces.Length, StringComparer.Ordinal);
            for (int id = _pieces.Length - 1; id >= 0; id--)
            {
                _idOfPiece.TryAdd(_pieces[id], id);
            }
        }
    }

    /// <summary>Number of tokens, the added ones included.</summary>
    public int VocabularySize => _pieces.Length;

    /// <summary>The tokens by id; a space is U+2581, byte <c>0A</c> is <c>&lt;0x0A&gt;</c>.</summary>
    public IReadOnlyList<string> Pieces => _pieces;

    /// <summary>The id of <c>&lt;unk&gt;</c>.</summary>
    public int UnknownId { get; }

    /// <summary>The id of <c>&lt;s&gt;</c>.</summary>
    public int BeginOfSequenceId { get; }

    /// <summary>The id of <c>&lt;/s&gt;</c>.</summary>
    public int EndOfSequenceId { get; }

    /// <summary>The id of <c>[SEG]</c>.</summary>
    public int SegmentId { get; }

    /// <summary>Reads a SentencePiece model and adds the tokens of <paramref name="tokens"/> to it.</summary>
    /// <exception cref="InvalidDataException">The model is damaged or does not fit <paramref name="tokens"/>.</exception>
    public static GroundingTokenizer Load(Stream sentencePieceModel, TokenSpecification tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new GroundingTokenizer(SentencePieceModel.Load(sentencePieceModel), tokens);
    }

    /// <inheritdoc cref="Load(Stream, TokenSpecification)"/>
    public static GroundingTokenizer Load(string path, TokenSpecification tokens)
    {
        using FileStream stream = File.OpenRead(path);
        return Load(stream, tokens);
    }

    /// <summary>The ids of a text; markup of special and added tokens in it is those tokens.</summary>
    public int[] Encode(string text, bool addBeginOfSequence)
    {
        ArgumentNullException.ThrowIfNull(text);
        ThrowIfTooLong(text.Length);
        List<int> ids = new();
        if (addBeginOfSequence)
        {
            ids.Add(BeginOfSequenceId);
        }

        EncodeAll(text, ids, null);
        return [.. ids];
    }

    /// <summary>The ids of a text, as <see cref="Encode(string, bool)"/> gives them without begin-of-sequence, and where in the text each one comes from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="places">
    /// Where their places go, in order and without overlap. Whitespace that a token takes from its neighbours lies in none; of the bytes of a character the
    /// last one has its place.
    /// </param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids, List<Range> places)
    {
        ThrowIfTooLong(text.Length);
        EncodeAll(text, ids, places);
    }

    /// <summary>
    /// The ids of a prompt: begin-of-sequence, then what stands between the <see cref="ImageMarkup"/>s, each encoded by itself, with
    /// <see cref="ImagePlaceholder"/> between (the official <c>tokenizer_image_token</c>).
    /// </summary>
    public int[] EncodePrompt(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ThrowIfTooLong(prompt.Length);
        List<int> ids = new() { BeginOfSequenceId };
        bool first = true;
        foreach (Range chunk in prompt.AsSpan().Split(ImageMarkup))
        {
            if (!first)
            {
                ids.Add(ImagePlaceholder);
            }

            EncodeAll(prompt.AsSpan(chunk), ids, null);
            first = false;
        }

        return [.. ids];
    }

    private void EncodeAll(ReadOnlySpan<char> text, List<int> ids, List<Range>? places)
    {
        if (_idOfPiece is not null && text.Contains(WordBoundary))
        {
            text = text.ToString().Replace(WordBoundary, ' ');
        }

        // The text before a token loses its trailing whitespace to an added token, the text after it its leading whitespace;
        // <s>, </s> and <unk> leave both alone, unless the tokenizer's files say otherwise.
        bool first = true;
        bool strip = false;
        int origin = 0;
        while (true)
        {
            int at = text.IndexOfAny(_verbatim);
            ReadOnlySpan<char> before = at < 0 ? text : text[..at];
            int skipped = 0;
            if (strip)
            {
                ReadOnlySpan<char> kept = PythonWhitespace.TrimStart(before);
                skipped = before.Length - kept.Length;
                before = kept;
            }

            if (at < 0)
            {
                EncodeStretch(before, first, ids, places, origin + skipped);
                return;
            }

            (string content, int id) = LongestAt(text[at..]);
            bool added = id >= _model.Count;
            WhiteSpaceStripping? stripping = _stripping.GetValueOrDefault(id);
            EncodeStretch(stripping?.Left ?? added ? PythonWhitespace.TrimEnd(before) : before, first, ids, places, origin + skipped);
            strip = stripping?.Right ?? added;
            first = false;
            ids.Add(id);
            places?.Add((origin + at)..(origin + at + content.Length));
            text = text[(at + content.Length)..];
            origin += at + content.Length;
        }
    }

    /// <summary>
    /// The ids of a stretch of text without special tokens. SentencePiece begins each with a word boundary; <c>legacy=False</c> takes it
    /// away again behind a token, unless a space stands there. What is left of the first piece need not be a piece itself: it is then
    /// unknown, as in transformers 4.31.
    /// </summary>
    private void EncodeStretch(ReadOnlySpan<char> text, bool first, List<int> ids, List<Range>? places, int origin)
    {
        int from = ids.Count;
        _encoder.Encode(text, ids, places, origin);
        if (_idOfPiece is null || first || ids.Count == from || text[0] == ' ' || _pieces[ids[from]] is not [WordBoundary, .. var rest])
        {
            return;
        }

        if (rest.Length == 0)
        {
            ids.RemoveAt(from);
            places?.RemoveAt(places.Count - (ids.Count - from) - 1);
        }
        else
        {
            ids[from] = _idOfPiece.GetValueOrDefault(rest, _model.UnknownId);
        }
    }

    private (string Content, int Id) LongestAt(ReadOnlySpan<char> text)
    {
        foreach ((string Content, int Id) token in _verbatimByLength)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException("A special token was found but could not be matched.");
    }

    private static void ThrowIfTooLong(int length)
    {
        if (length > MaximumTextLength)
        {
            throw new ArgumentException($"The text has {length} characters; at most {MaximumTextLength} are encoded.", "text");
        }
    }

    private static void RequireType(SentencePieceModel model, int id, SentencePieceType type, string name)
    {
        if ((uint)id >= (uint)model.Count || model.TypeOf(id) != type)
        {
            throw new InvalidDataException(
                $"The {name} id {id} is not a piece of that kind in the SentencePiece model of {model.Count} pieces.");
        }
    }
}

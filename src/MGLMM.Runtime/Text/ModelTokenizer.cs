using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace MGLMM.Runtime.Text;

/// <summary>
/// The model's tokenizer for everybody: ids as the slow tokenizer of Hugging Face gives them, begin-of-sequence first, markup of special and added tokens as
/// those tokens. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// It has no normalizer and no pre-tokenizer of the library's kind: what they would do is part of the encoding. Places are those in the text as it is given.
/// Begin-of-sequence and the word boundary that SentencePiece puts in front are at its start and take no character; of the bytes of a character that is no
/// piece, the last one has the character's place, so that no cut behind a token divides it.
/// </remarks>
internal sealed class ModelTokenizer(GroundingTokenizer tokens) : Tokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return tokens.Decode([.. ids]);
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] all = [.. ids];
        string text = tokens.Decode(all);
        idsConsumed = all.Length;
        if (text.Length > destination.Length)
        {
            // What a token adds depends on its neighbours, so the longest beginning that fits is looked for as a whole.
            (int fits, int fails) = (0, all.Length);
            while (fails - fits > 1)
            {
                int middle = (fits + fails) / 2;
                (fits, fails) = tokens.Decode(all.AsSpan(0, middle)).Length <= destination.Length ? (middle, fails) : (fits, middle);
            }

            idsConsumed = fits;
            text = tokens.Decode(all.AsSpan(0, fits));
        }

        text.CopyTo(destination);
        charsWritten = text.Length;
        return idsConsumed == all.Length ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        (List<int> ids, List<Range> places) = Encode(text, textSpan);
        int count = Math.Min(ids.Count, settings.MaxTokenCount);
        EncodedToken[] encoded = new EncodedToken[count];
        for (int index = 0; index < count; index++)
        {
            encoded[index] = new EncodedToken(ids[index], tokens.Pieces[ids[index]], places[index]);
        }

        return new EncodeResults<EncodedToken> { Tokens = encoded, CharsConsumed = Consumed(text, textSpan, places, count) };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        (List<int> ids, List<Range> places) = Encode(text, textSpan);
        int count = Math.Min(ids.Count, settings.MaxTokenCount);
        return new EncodeResults<int> { Tokens = count == ids.Count ? ids : ids.GetRange(0, count), CharsConsumed = Consumed(text, textSpan, places, count) };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) => Math.Min(Encode(text, textSpan).Ids.Count, settings.MaxTokenCount);

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        normalizedText = null;
        (List<int> ids, List<Range> places) = Encode(text, textSpan);
        int count = tokenCount = Math.Min(ids.Count, settings.MaxTokenCount);
        if (!fromEnd)
        {
            return Consumed(text, textSpan, places, count);
        }

        // Behind the last token that does not fit: whitespace that no token has goes with what comes after it.
        return count == ids.Count ? 0 : places[ids.Count - count - 1].End.Value;
    }

    private static int Consumed(string? text, ReadOnlySpan<char> textSpan, List<Range> places, int count) =>
        count == places.Count ? text?.Length ?? textSpan.Length : count == 0 ? 0 : places[count - 1].End.Value;

    private (List<int> Ids, List<Range> Places) Encode(string? text, ReadOnlySpan<char> textSpan)
    {
        List<int> ids = [tokens.BeginOfSequenceId];
        List<Range> places = [0..0];
        tokens.Encode(text ?? textSpan, ids, places);
        return (ids, places);
    }
}

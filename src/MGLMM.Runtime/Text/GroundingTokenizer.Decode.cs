using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace MGLMM.Runtime.Text;

internal sealed partial class GroundingTokenizer
{
    private readonly string[] _surfaces;

    /// <summary>
    /// The text of a sequence as the official code decodes it: special tokens kept, <see cref="ImagePlaceholder"/>s left out.
    /// </summary>
    /// <remarks>
    /// Reproduced as they are: added tokens are set off by one space on either side; a run of other tokens loses its own leading
    /// space; inside a run, the text in front of <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c> and <c>&lt;unk&gt;</c> gets a space in front of
    /// itself, unless the special token comes first or follows another one.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        StringBuilder text = new();
        List<int> run = new();
        bool first = true;
        foreach (int id in ids)
        {
            if (id == ImagePlaceholder)
            {
                continue;
            }

            ThrowIfNotInVocabulary(id);
            if (!IsAdded(id))
            {
                run.Add(id);
                continue;
            }

            if (run.Count > 0)
            {
                Separate(text, ref first);
                DecodeRun(CollectionsMarshal.AsSpan(run), text);
                run.Clear();
            }

            Separate(text, ref first);
            text.Append(_pieces[id]);
        }

        if (run.Count > 0)
        {
            Separate(text, ref first);
            DecodeRun(CollectionsMarshal.AsSpan(run), text);
        }

        return text.ToString();

        static void Separate(StringBuilder text, ref bool first)
        {
            if (!first)
            {
                text.Append(' ');
            }

            first = false;
        }
    }

    /// <summary>Whether an id was added to the SentencePiece vocabulary.</summary>
    internal bool IsAdded(int id) => id >= _model.Count;

    /// <summary>Whether an id is begin-of-sequence, end-of-sequence or unknown.</summary>
    internal bool IsSpecial(int id) => id == EndOfSequenceId || id == BeginOfSequenceId || id == UnknownId;

    /// <summary>Whether an id stands for one byte, and for which.</summary>
    internal bool TryGetByte(int id, out byte value)
    {
        bool isByte = id < _model.Count && _model.TypeOf(id) == SentencePieceType.Byte;
        value = isByte ? _model.ByteValue(id) : (byte)0;
        return isByte;
    }

    /// <summary>
    /// What a token other than a byte adds to the text: its piece with spaces for U+2581; nothing for control pieces that are not
    /// special to the tokenizer.
    /// </summary>
    internal string Surface(int id) => IsAdded(id) || IsSpecial(id) ? _pieces[id] : _surfaces[id];

    internal void ThrowIfNotInVocabulary(int id)
    {
        if ((uint)id >= (uint)_pieces.Length)
        {
            ThrowNotInVocabulary(id);
        }
    }

    [DoesNotReturn]
    private void ThrowNotInVocabulary(int id) =>
        throw new ArgumentOutOfRangeException(nameof(id), id, $"The token id is not in the vocabulary of {_pieces.Length} tokens.");

    private static string[] Surfaces(SentencePieceModel model)
    {
        string[] surfaces = new string[model.Count];
        for (int id = 0; id < surfaces.Length; id++)
        {
            surfaces[id] = model.TypeOf(id) == SentencePieceType.Control
                ? string.Empty
                : model.Pieces[id].Replace(WordBoundary, ' ');
        }

        return surfaces;
    }

    private void DecodeRun(ReadOnlySpan<int> run, StringBuilder text)
    {
        int start = 0;
        bool afterSpecial = false;
        for (int i = 0; i < run.Length; i++)
        {
            if (!IsSpecial(run[i]))
            {
                afterSpecial = false;
                continue;
            }

            if (!afterSpecial && i != 0)
            {
                text.Append(' ');
            }

            DecodeSegment(run[start..i], text);
            text.Append(_pieces[run[i]]);
            afterSpecial = true;
            start = i + 1;
        }

        DecodeSegment(run[start..], text);
    }

    private void DecodeSegment(ReadOnlySpan<int> segment, StringBuilder text)
    {
        int from = text.Length;
        bool boundaryDropped = false;
        for (int i = 0; i < segment.Length;)
        {
            int bytes = 0;
            while (i + bytes < segment.Length && TryGetByte(segment[i + bytes], out _))
            {
                bytes++;
            }

            if (bytes > 0)
            {
                DecodeBytes(segment.Slice(i, bytes), text);
                i += bytes;
                continue;
            }

            string surface = _surfaces[segment[i]];
            bool drop = !boundaryDropped && text.Length == from && surface.Length > 0 && _pieces[segment[i]][0] == WordBoundary;
            text.Append(surface, drop ? 1 : 0, surface.Length - (drop ? 1 : 0));
            boundaryDropped |= drop;
            i++;
        }
    }

    private void DecodeBytes(ReadOnlySpan<int> ids, StringBuilder text)
    {
        // As SentencePiece does: a byte at which no valid character starts is one U+FFFD, whatever follows it.
        byte[] bytes = new byte[ids.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = _model.ByteValue(ids[i]);
        }

        Span<char> utf16 = stackalloc char[2];
        for (int i = 0; i < bytes.Length;)
        {
            bool valid = Rune.DecodeFromUtf8(bytes.AsSpan(i), out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (!valid)
            {
                (rune, length) = (Rune.ReplacementChar, 1);
            }

            text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            i += length;
        }
    }
}

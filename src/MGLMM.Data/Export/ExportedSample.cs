using System.Text;
using System.Text.Json;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Data.Export;

/// <summary>
/// What a foreign format has no place for goes along in a field <c>segcap</c> of its entries, which other readers do not look at: the sample as in a
/// SegCap file, without the masks of its answers. These stand where the format has them. So nothing is lost on the way there and back.
/// </summary>
internal static class ExportedSample
{
    /// <summary>The field's name.</summary>
    public const string Field = "segcap";

    /// <summary>In the field of a further question: the sample that it belongs to.</summary>
    public const string Of = "of";

    /// <summary>In an entry that stands for one question: which one, from 0.</summary>
    public const string Turn = "turn";

    /// <summary>The sample without the masks of its answers, as JSON.</summary>
    public static byte[] Rest(SegCapSample sample) => SegCapWriter.ToUtf8(sample with
    {
        Masks = [],
        Turns = [.. sample.Turns.Select(turn => turn with { Masks = [] })],
    });

    /// <summary>A sample from what <see cref="Rest"/> wrote and the masks that were found beside it.</summary>
    /// <param name="rest">The field.</param>
    /// <param name="masks">Masks by question, in the order of its answer.</param>
    /// <exception cref="InvalidDataException">They do not belong together.</exception>
    public static SegCapSample Restored(JsonPlace rest, IReadOnlyDictionary<int, List<Mask>> masks)
    {
        SegCapSample sample;
        try
        {
            sample = SegCapFile.Parse(rest.Raw(), rest.File, 1);
        }
        catch (InvalidDataException exception)
        {
            throw rest.Says("it holds no sample that SegCap was exported from: " + exception.InnerException?.Message, exception);
        }

        sample = sample.Turns.Count == 0
            ? sample with { Masks = Of(0) }
            : sample with { Turns = [.. sample.Turns.Select((turn, index) => turn is null ? throw rest.Says("one of its turns is null.") : turn with { Masks = Of(index) })] };
        return SegCapRules.FaultOf(sample) is { } fault ? throw rest.Says(fault) : sample;

        IReadOnlyList<RunLengths> Of(int turn) => masks.TryGetValue(turn, out List<Mask>? list) ? [.. list.Select(RunLengths.Of)] : [];
    }

    /// <summary>The questions of a sample, with the number of their turn.</summary>
    public static IEnumerable<(int Turn, SegCapSample Question)> Questions(SegCapSample sample) => sample.Questions().Select((question, index) => (index, question));

    /// <summary>The phrases of an answer as they stand, one per mask: what is between <c>&lt;p&gt;</c> and <c>&lt;/p&gt;</c> right before a <c>[SEG]</c>, else nothing.</summary>
    public static IReadOnlyList<AnswerPiece> Pieces(string answer)
    {
        const string Open = "<p>", Close = "</p>", Seg = "[SEG]";
        (List<AnswerPiece> pieces, int at) = (new List<AnswerPiece>(), 0);
        while (answer.IndexOf(Seg, at, StringComparison.Ordinal) is >= 0 and var end)
        {
            string before = answer[at..end];
            int close = before.TrimEnd().EndsWith(Close, StringComparison.Ordinal) ? before.LastIndexOf(Close, StringComparison.Ordinal) : -1;
            int open = close < 0 ? -1 : before.LastIndexOf(Open, close, StringComparison.Ordinal);
            pieces.Add(open < 0 ? new AnswerPiece(before, string.Empty) : new AnswerPiece(before[..open], before[(open + Open.Length)..close]));
            at = end + Seg.Length;
        }

        pieces.Add(new AnswerPiece(answer[at..], null));
        return pieces;
    }

    /// <summary>Writes the field with bytes that are JSON already.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> rest)
    {
        writer.WritePropertyName(Field);
        writer.WriteRawValue(Encoding.UTF8.GetString(rest));
    }
}

/// <summary>A stretch of an answer.</summary>
/// <param name="Text">What comes before the phrase.</param>
/// <param name="Phrase">The phrase that a mask belongs to; "" for a mask without one, null for the end of the answer.</param>
internal readonly record struct AnswerPiece(string Text, string? Phrase);

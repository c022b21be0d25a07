using System.Text;

namespace MGLMM.Data.Tests.Import;

/// <summary>Damages files the way disks, networks, editors and attackers do; the same seed does the same damage.</summary>
internal sealed class Mutator(Random random)
{
    private readonly FileDamage _damage = new(random);

    private static readonly string[] TellingTexts =
    [
        "-1", "0", "1e999", "1e308", "-2147483649", "9223372036854775808", "0.5", "null", "true", "\"\"", "[]", "{}", "[[]]", "\"\\ud800\"", "NaN", "[-1]", "\"[SEG]\"", "\"<p>\"", "\"../../x\"",
        "\"\\u0000\"", "[1,2,3]", "{\"size\":[1,1],\"counts\":\"1\"}", "[[1,1,2,2,3]]", "[[9e9,1,2,2,3,3]]",
    ];

    /// <summary>Applies one to three mutations.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> bytes, bool isText)
    {
        List<byte> mutated = [.. bytes];
        for (int rounds = random.Next(2) == 0 ? 1 : random.Next(1, 4); rounds > 0 && mutated.Count > 0; rounds--)
        {
            int at = random.Next(mutated.Count);
            int kind = random.Next(isText ? 9 : 6);
            switch (kind)
            {
                case < FileDamage.InPlaceKinds:
                    _damage.InPlace(mutated, kind);
                    break;
                case < FileDamage.InPlaceKinds + FileDamage.ResizeKinds:
                    _damage.Resize(mutated, kind - FileDamage.InPlaceKinds);
                    break;
                case 5:
                    mutated[at] = "{}[]\",:\\0123456789-.eutnF \0\u0007()lsdapqKMJUXtcRb."u8[random.Next(45)];
                    break;
                case 6:
                    // Another value, in a file that stays whole: the damage that only a reader's own rules see.
                    Replace(mutated, at, TellingTexts[random.Next(TellingTexts.Length)]);
                    break;
                case 7:
                    // A property by another name.
                    int quote = mutated.IndexOf((byte)'"', at);
                    if (quote >= 0 && quote + 1 < mutated.Count)
                    {
                        mutated[quote + 1] = (byte)'_';
                    }

                    break;
                default:
                    // A digit more or another one.
                    int digit = mutated.FindIndex(at, value => value is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        mutated.Insert(digit, (byte)('0' + random.Next(10)));
                    }

                    break;
            }
        }

        return [.. mutated];
    }

    /// <summary>Puts a value in the place of the one after the next colon.</summary>
    private static void Replace(List<byte> bytes, int at, string value)
    {
        int start = bytes.IndexOf((byte)':', at) + 1;
        if (start == 0)
        {
            return;
        }

        (int end, int depth, bool quoted) = (start, 0, false);
        for (; end < bytes.Count; end++)
        {
            char character = (char)bytes[end];
            quoted ^= character == '"' && (end == 0 || bytes[end - 1] != '\\');
            if (!quoted)
            {
                depth += character is '[' or '{' ? 1 : character is ']' or '}' ? -1 : 0;
                if (depth < 0 || (depth == 0 && character == ','))
                {
                    break;
                }
            }
        }

        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(value));
    }
}

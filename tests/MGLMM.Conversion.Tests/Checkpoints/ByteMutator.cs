using System.Buffers.Binary;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Damages files the way disks, networks and attackers do; the same seed does the same damage.</summary>
/// <param name="random">The source of every choice.</param>
internal sealed class ByteMutator(Random random)
{
    private readonly FileDamage _damage = new(random);

    private static readonly long[] TellingNumbers =
        [0, 1, -1, 2, 7, 8, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, 100_000_000, 100_000_001, long.MaxValue, long.MinValue, 1L << 40, 1L << 62];

    /// <summary>Applies one to four mutations.</summary>
    /// <param name="bytes">What to damage.</param>
    /// <param name="other">Where splices come from.</param>
    /// <param name="keepLength">Only change bytes in place.</param>
    /// <param name="telling">Bytes that mean something in the format, put in at random places.</param>
    public byte[] Mutate(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> other, bool keepLength, ReadOnlySpan<byte> telling)
    {
        List<byte> mutated = [.. bytes];
        Span<byte> number = stackalloc byte[8];
        for (int rounds = random.Next(2) == 0 ? 1 : random.Next(2, 5); rounds > 0 && mutated.Count > 0; rounds--)
        {
            int at = random.Next(mutated.Count);
            int kind = random.Next(keepLength ? 5 : 9);
            switch (kind)
            {
                case < FileDamage.InPlaceKinds:
                    _damage.InPlace(mutated, kind);
                    break;
                case 3:
                    mutated[at] = telling[random.Next(telling.Length)];
                    break;
                case 4:
                    BinaryPrimitives.WriteInt64LittleEndian(number, TellingNumbers[random.Next(TellingNumbers.Length)] + random.Next(-1, 2));
                    int width = 1 << random.Next(4);
                    for (int i = 0; i < width && at + i < mutated.Count; i++)
                    {
                        mutated[at + i] = number[i];
                    }

                    break;
                case 5 or 6:
                    _damage.Resize(mutated, kind - 5);
                    break;
                case 7:
                    int start = random.Next(other.Length);
                    mutated.InsertRange(at, other.Slice(start, Math.Min(random.Next(1, 200), other.Length - start)).ToArray());
                    break;
                default:
                    mutated.Insert(at, telling[random.Next(telling.Length)]);
                    break;
            }
        }

        return [.. mutated];
    }
}

using System.Buffers.Binary;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Damages files the way disks, networks and attackers do; the same seed does the same damage.</summary>
/// <param name="random">The source of every choice.</param>
internal sealed class ByteMutator(Random random)
{
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
            switch (random.Next(keepLength ? 5 : 9))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 2:
                    mutated[at] = telling[random.Next(telling.Length)];
                    break;
                case 3:
                    BinaryPrimitives.WriteInt64LittleEndian(number, TellingNumbers[random.Next(TellingNumbers.Length)] + random.Next(-1, 2));
                    int width = 1 << random.Next(4);
                    for (int i = 0; i < width && at + i < mutated.Count; i++)
                    {
                        mutated[at + i] = number[i];
                    }

                    break;
                case 4:
                    int from = random.Next(mutated.Count);
                    for (int i = random.Next(1, 40); i > 0 && at + i < mutated.Count && from + i < mutated.Count; i--)
                    {
                        mutated[at + i] = mutated[from + i];
                    }

                    break;
                case 5:
                    mutated.RemoveRange(at, random.Next(2) == 0 ? mutated.Count - at : Math.Min(random.Next(1, 20), mutated.Count - at));
                    break;
                case 6:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 200), mutated.Count - at)));
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

namespace MGLMM.Testing;

/// <summary>What disks, networks and attackers do to any file, at a random place; the same seed does the same damage.</summary>
/// <param name="random">The source of every choice.</param>
public sealed class FileDamage(Random random)
{
    /// <summary>Kinds of <see cref="InPlace"/>.</summary>
    public const int InPlaceKinds = 3;

    /// <summary>Kinds of <see cref="Resize"/>.</summary>
    public const int ResizeKinds = 2;

    /// <summary>Changes bytes and keeps their number: a bit, a byte, or a stretch that is overwritten with another one.</summary>
    public void InPlace(List<byte> bytes, int kind)
    {
        int at = random.Next(bytes.Count);
        switch (kind)
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            default:
                int from = random.Next(bytes.Count);
                for (int index = random.Next(1, 40); index > 0 && at + index < bytes.Count && from + index < bytes.Count; index--)
                {
                    bytes[at + index] = bytes[from + index];
                }

                break;
        }
    }

    /// <summary>Takes a stretch out (every second time all that follows), or has one twice.</summary>
    public void Resize(List<byte> bytes, int kind)
    {
        int at = random.Next(bytes.Count);
        if (kind == 0)
        {
            bytes.RemoveRange(at, random.Next(2) == 0 ? bytes.Count - at : Math.Min(random.Next(1, 30), bytes.Count - at));
        }
        else
        {
            bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at)));
        }
    }
}

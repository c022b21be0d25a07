namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Finds the instructions of a sound protocol-2 pickle.</summary>
internal static class PickleScanner
{
    public static List<int> OpcodePositions(ReadOnlySpan<byte> pickle)
    {
        List<int> positions = [];
        for (int at = 0; at < pickle.Length;)
        {
            positions.Add(at);
            int argument = at + 1;
            at = argument + pickle[at] switch
            {
                (byte)'J' or (byte)'r' or (byte)'j' => 4,
                (byte)'K' or (byte)'q' or (byte)'h' or 0x80 => 1,
                (byte)'M' => 2,
                (byte)'G' => 8,
                0x8A or (byte)'U' => 1 + pickle[argument],
                (byte)'X' => 4 + BitConverter.ToInt32(pickle[argument..]),
                (byte)'c' => NameLines(pickle[argument..]),
                _ => 0,
            };
        }

        return positions;
    }

    private static int NameLines(ReadOnlySpan<byte> rest)
    {
        int module = rest.IndexOf((byte)'\n') + 1;
        return module + rest[module..].IndexOf((byte)'\n') + 1;
    }
}

using MGLMM.Vision.Results;

namespace MGLMM.Vision.Output;

/// <summary>A file in memory that stops growing at a limit, so that no export fills the memory before anybody looks at its size.</summary>
internal sealed class LimitedStream(long limit) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count)
    {
        Check(count);
        base.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Check(buffer.Length);
        base.Write(buffer);
    }

    public override void WriteByte(byte value)
    {
        Check(1);
        base.WriteByte(value);
    }

    /// <summary>What a file beyond the limit is answered with.</summary>
    public static ToolException TooLarge(long limit) => new(
        ToolErrorCodes.TooLarge,
        $"The file would have more than the {limit} bytes that the host keeps.",
        "Take fewer regions, for example with select_regions; of the exports, coco_rle is the smallest.");

    private void Check(int more)
    {
        if (Position + more > limit)
        {
            throw TooLarge(limit);
        }
    }
}

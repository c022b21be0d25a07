using System.Globalization;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Conversion.Checkpoints.Torch;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>
/// Damaged checkpoints: each is read or refused with <see cref="CheckpointFormatException"/>, within bounds of memory.
/// MGLMM_FUZZ_COUNT sets the number of cases in total (1600 otherwise); a failure names its case, which reproduces it.
/// </summary>
public sealed class CheckpointFuzzTests(ITestOutputHelper output)
{
    private const int Targets = 5;
    private const int AllocationBound = 4 << 20;
    private const int ElementsRead = 4096;

    private static readonly string[] TorchSeeds = ["kinds.bin", "views.bin", "module.pt", "parameters.pth", "wrapped.pth", "archive-root.bin", "zip64-local.bin", "os-system.bin"];
    private static readonly byte[] PickleBytes = [.. Enum.GetValues<PickleOpcode>().Select(opcode => (byte)opcode), .. "\0\u0001\u0002\u0003iolpgdF0"u8, 0x82, 0x8B, 0x8C, 0x92, 0x93, 0x94, 0x95];
    private static readonly byte[] ZipBytes = [.. "PK\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\0/.\\"u8, 0xFF];
    private static readonly byte[] JsonBytes = "{}[]\",:\\0123456789-.eutnF \0\u0007"u8.ToArray();

    private static int CasesPerTarget =>
        (int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out int total) ? total : 1600) / Targets;

    [Fact]
    public void Damaged_torch_archives() => Fuzz(1, (random, folder) =>
    {
        byte[] file = Seed(TorchSeeds, random);
        return folder.Write("x.bin", new ByteMutator(random).Mutate(file, Seed(TorchSeeds, random), keepLength: false, ZipBytes));
    });

    [Fact]
    public void Damaged_zip_directories() => Fuzz(2, (random, folder) =>
    {
        // The directory and the records after it: the last part of a file whose storages are small.
        byte[] file = Seed(TorchSeeds, random);
        int directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] tail = new ByteMutator(random).Mutate(file.AsSpan(directory), file, keepLength: random.Next(4) != 0, ZipBytes);
        return folder.Write("x.bin", [.. file.AsSpan(0, directory), .. tail]);
    });

    [Fact]
    public void Damaged_pickles_in_sound_archives() => Fuzz(3, (random, folder) =>
    {
        Dictionary<string, byte[]> entries = Entries(TorchSeeds[random.Next(TorchSeeds.Length)]);
        string pickleName = entries.Keys.Single(name => name.EndsWith("/data.pkl", StringComparison.Ordinal));
        byte[] pickle = entries[pickleName];
        ByteMutator mutator = new(random);
        switch (random.Next(3))
        {
            case 0:
                pickle = mutator.Mutate(pickle, pickle, keepLength: false, PickleBytes);
                break;
            case 1:
                // Whole instructions exchanged, so that the damage goes deeper than the next length field.
                pickle = [.. pickle];
                List<int> opcodes = PickleScanner.OpcodePositions(pickle);
                for (int swaps = random.Next(1, 4); swaps > 0; swaps--)
                {
                    pickle[opcodes[random.Next(1, opcodes.Count)]] = random.Next(2) == 0
                        ? PickleBytes[random.Next(PickleBytes.Length)]
                        : pickle[opcodes[random.Next(1, opcodes.Count)]];
                }

                break;
            default:
                // Other numbers: sizes, strides, offsets and counts in a pickle that is sound otherwise.
                pickle = [.. pickle];
                List<int> numbers = PickleScanner.OpcodePositions(pickle).FindAll(at => pickle[at] is (byte)'K' or (byte)'M' or (byte)'J');
                for (int changes = random.Next(1, 4); changes > 0 && numbers.Count > 0; changes--)
                {
                    int at = numbers[random.Next(numbers.Count)];
                    pickle[at + 1] = (byte)(random.Next(2) == 0 ? random.Next(16) : random.Next(256));
                }

                break;
        }

        StoredZipBuilder builder = new() { Zip64 = random.Next(2) == 0 };
        foreach ((string name, byte[] bytes) in entries)
        {
            builder.Add(name, name == pickleName ? pickle : bytes);
        }

        return folder.Write("x.bin", builder.Build());
    });

    [Fact]
    public void Damaged_safetensors() => Fuzz(4, (random, folder) =>
    {
        byte[] file = Seed(["kinds.safetensors", "unaligned.safetensors", "sharded-safetensors/model-00001-of-00003.safetensors"], random);
        int headerEnd = 8 + (int)BitConverter.ToInt64(file);
        ByteMutator mutator = new(random);
        if (random.Next(3) == 0)
        {
            return folder.Write("x.safetensors", mutator.Mutate(file, file, keepLength: false, JsonBytes));
        }

        // Damage in the header alone, its length made right again.
        byte[] header = mutator.Mutate(file.AsSpan(8, headerEnd - 8), file, keepLength: false, JsonBytes);
        return folder.Write("x.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header, .. file.AsSpan(headerEnd)]);
    });

    [Fact]
    public void Damaged_indexes_and_shards() => Fuzz(5, (random, folder) =>
    {
        string[] files = Directory.GetFiles(CheckpointFiles.At(random.Next(2) == 0 ? "sharded-torch" : "sharded-safetensors"));
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string old in Directory.GetFiles(folder.Location))
        {
            File.Delete(old);
        }

        string damaged = random.Next(3) == 0 ? files[random.Next(files.Length)] : files.Single(file => file.EndsWith(".json", StringComparison.Ordinal));
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            folder.Write(Path.GetFileName(file), file == damaged ? new ByteMutator(random).Mutate(bytes, bytes, keepLength: false, JsonBytes) : bytes);
        }

        return folder.Location;
    });

    private void Fuzz(int target, Func<Random, TemporaryFolder, string> damage)
    {
        using TemporaryFolder folder = new();
        int read = 0;
        int refused = 0;
        int missing = 0;
        long mostAllocated = 0;
        float[] values = new float[ElementsRead];
        for (int number = 0; number < CasesPerTarget; number++)
        {
            string path = damage(new Random((target * 10_000_019) + number), folder);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(path);
                foreach (CheckpointTensor tensor in checkpoint.Tensors.Values)
                {
                    int count = (int)Math.Min(tensor.ElementCount, ElementsRead);
                    tensor.ReadFloats(0, values.AsSpan(0, count));
                    tensor.ReadFloats(tensor.ElementCount - count, values.AsSpan(0, count));
                }

                read++;
            }
            catch (CheckpointFormatException refusal)
            {
                Assert.DoesNotContain(refusal.Message, character => char.IsControl(character));
                Assert.InRange(refusal.Message.Length, 20, 3000);
                refused++;
            }
            catch (FileNotFoundException)
            {
                missing++;
            }
            catch (Exception failure)
            {
                Assert.Fail($"target {target}, case {number}: {failure}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            mostAllocated = Math.Max(mostAllocated, allocated);
            Assert.True(allocated < AllocationBound, $"target {target}, case {number} allocated {allocated} bytes");
        }

        output.WriteLine($"{CasesPerTarget} cases: {refused} refused, {missing} missing, {read} read; at most {mostAllocated} bytes allocated");
    }

    private static byte[] Seed(string[] names, Random random) => File.ReadAllBytes(CheckpointFiles.At(names[random.Next(names.Length)]));

    private static Dictionary<string, byte[]> Entries(string name)
    {
        using MappedFile file = MappedFile.Open(CheckpointFiles.At(name));
        Dictionary<string, byte[]> entries = new(StringComparer.Ordinal);
        foreach (StoredZipEntry entry in StoredZipDirectory.Read(file).Entries.Values)
        {
            byte[] bytes = new byte[entry.Length];
            file.Read(entry.Offset, bytes);
            entries.Add(entry.Name, bytes);
        }

        return entries;
    }
}

using System.Globalization;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>
/// Damaged data sets: each is refused with an error that names the file, or gives a SegCap file that is whole. MGLMM_FUZZ_COUNT sets the number of
/// cases per kind (40 otherwise); a failure names its case, which reproduces it.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const long MostAllocated = 64 << 20;

    private static readonly string[] Damageable = [".json", ".p", ".png", ".txt", ".xml", ".jsonl"];

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 40;

    [Theory]
    [MemberData(nameof(FixtureTests.Kinds), MemberType = typeof(FixtureTests))]
    public void A_damaged_file_is_refused_with_its_name_or_read_whole(string kind)
    {
        using TemporaryFolder folder = new();
        string root = Data.PathOf("fixtures");
        Copy(root, folder.PathOf("fixtures"), Fixtures.Folders[kind].Split('/')[0]);
        string own = Path.Combine(folder.PathOf("fixtures"), Fixtures.Folders[kind]);
        string[] files = [.. Directory.GetFiles(own, "*", SearchOption.AllDirectories).Where(file => Damageable.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        (int read, int refused, long most) = (0, 0, 0L);
        for (int number = 0; number < Cases; number++)
        {
            Random random = new(number + (1009 * kind.Sum(character => character)));
            string file = files[random.Next(files.Length)];
            byte[] bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, new Mutator(random).Mutate(bytes, isText: !file.EndsWith(".png", StringComparison.Ordinal)));
            ImportPurpose purpose = random.Next(2) == 0 ? ImportPurpose.Training : ImportPurpose.Evaluation;
            string target = folder.PathOf("segcap.jsonl");
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ImportReport report = DatasetImporter.Run(Fixtures.Options(kind, target, purpose, own));
                IReadOnlyList<SegCapSample> samples = SegCapFile.Read(report.Output);
                Assert.Equal(report.Samples, samples.Count);
                Assert.Equal(0, SegCapCheck.Run(report.Output, withPictures: false).FaultCount);
                read++;
            }
            catch (InvalidDataException refusal)
            {
                Assert.True(
                    refusal.Message.Contains(Path.GetFileName(file), StringComparison.Ordinal) || refusal.Message.Contains("nothing was written", StringComparison.Ordinal)
                    || refusal.Message.Contains("has no references of the split", StringComparison.Ordinal),
                    $"case {number}: {refusal.Message}");
                Assert.DoesNotContain('\n', refusal.Message);
                Assert.Empty(Directory.GetFiles(folder.Location));
                refused++;
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                File.Copy(file, Path.Combine(Path.GetTempPath(), $"mglmm-data-failure-{kind}-{number}"), overwrite: true);
                Assert.Fail($"case {number}, {Path.GetFileName(file)}: {failure}");
            }
            finally
            {
                File.WriteAllBytes(file, bytes);
                File.Delete(target);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            most = Math.Max(most, allocated);
            Assert.True(allocated < MostAllocated, $"case {number} allocated {allocated} bytes");
        }

        output.WriteLine($"{Cases} cases: {refused} refused, {read} read; at most {most} bytes allocated");
    }

    private static void Copy(string from, string to, string top)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(from, file);
            if (name.StartsWith(top, StringComparison.Ordinal) || name.EndsWith(".jpg", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
                File.Copy(file, Path.Combine(to, name));
            }
        }
    }
}

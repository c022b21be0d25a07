using System.Text;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Tests.Support;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>A save that was truncated, edited or made to do harm is refused in words, and by one exception.</summary>
public sealed class DamagedWorkspaceTests(OracleTools oracle)
{
    public static TheoryData<string, string, string> Edits => new()
    {
        { "owner", "\"\"", "no name" },
        { "conversation", "\"a\\u0007\"", "no name" },
        { "counters.image", "-1", "counter" },
        { "counters.region", "2147483647", "counter" },
        { "counters.region", "2", "no handle that was given" },
        { "counters.use", "1e300", "damaged" },
        { "images.0.handle", "\"img3\"", "twice" },
        { "images.0.handle", "\"../../etc/passwd\"", "no handle that was given" },
        { "images.0.handle", "\"img02\"", "no handle that was given" },
        { "images.0.name", "\"a\\nb\"", "plain text" },
        { "images.0.width_px", "11", "" },
        { "images.0.width_px", "0", "size" },
        { "images.0.width_px", "2000000000", "size" },
        { "images.0.width_px", "200000000", "limits allow" },
        { "images.0.content_hash", "\"../../../../../../../../etc/passwd\"", "hash" },
        { "images.0.content_hash", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "missing" },
        { "images.0.file_sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "checksum" },
        { "images.0.file_bytes", "1", "bytes instead of" },
        { "images.0.last_use", "99999", "last use" },
        { "images.0.dialogue.0.instruction", "\"<image>\"", "dialogue" },
        { "images.0.dialogue.0", "null", "" },
        { "images.1", "null", "size" },
        { "regions.0", "null", "" },
        { "regions.0.handle", "\"m2\"", "twice" },
        { "regions.0.handle", "\"m99\"", "no handle" },
        { "regions.0.image", "\"img1\"", "not there" },
        { "regions.0.image", "\"img3\"", "size" },
        { "regions.0.phrase", "7", "damaged" },
        { "regions.3.parent", "\"m4\"", "parent" },
        { "regions.3.parent", "\"m7\"", "parent" },
        { "regions.0.sources", "[\"x\"]", "sources" },
        { "regions.0.mask.size", "[10, 8]", "size" },
        { "regions.0.mask.size", "[8]", "size" },
        { "regions.0.mask.counts", "\"\"", "run-length" },
        { "regions.0.mask.counts", "\"0\"", "run-length" },
        { "regions.0.mask.counts", "\"`2\"", "" },
        { "regions.0.mask.counts", "\"éé\"", "run-length" },
        { "sets.0.image", "\"img9\"", "not there" },
        { "sets.0.regions", "[\"m1\",\"m1\"]", "twice" },
        { "sets.0.regions", "[\"m6\"]", "another picture" },
        { "sets.0.regions", "[\"m77\"]", "never given" },
        { "sets.1.handle", "\"s1\"", "twice" },
        { "artifacts.0.file_name", "\"../../evil.png\"", "plain name" },
        { "artifacts.0.file_name", "\"/etc/passwd\"", "plain name" },
        { "artifacts.0.file_name", "\"a\\\\b\"", "plain name" },
        { "artifacts.0.file_name", "\"..\"", "plain name" },
        { "artifacts.0.bytes", "99", "bytes instead of" },
        { "artifacts.0.bytes", "-1", "size" },
        { "artifacts.0.bytes", "2000000000", "limits allow" },
        { "artifacts.0.sha256", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "missing" },
        { "artifacts.0.image", "\"img77\"", "no handle" },
        { "artifacts.0.regions", "[null]", "never given" },
        { "artifacts.0.unexpected", "1", "damaged" },
        { "artifacts", "null", "damaged" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task An_edit_under_a_fitting_checksum_is_named(string path, string value, string expected)
    {
        string folder = await SaveAsync();
        SavedWorkspace.Edit(folder, workspace => Set(workspace, path, JsonNode.Parse(value)));
        string fault = await FaultAsync(folder);
        Assert.Contains(expected, fault);
        Assert.DoesNotContain(folder, fault);
    }

    [Fact]
    public async Task An_edit_without_a_new_checksum_is_noticed()
    {
        string folder = await SaveAsync();
        string path = Path.Combine(folder, "workspace.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("a red barn", "a red born", StringComparison.Ordinal));
        Assert.Contains("checksum", await FaultAsync(folder));
    }

    [Theory]
    [InlineData("\"version\":2", "\"version\":3", "newer release")]
    [InlineData("\"version\":2", "\"version\":0", "version")]
    [InlineData("\"version\":2", "\"version\":\"2\"", "version")]
    [InlineData("\"version\":2", "\"version\":2,\"version\":2", "unexpected")]
    [InlineData("\"version\":2", "\"version\":2,\"more\":{}", "unexpected 'more'")]
    [InlineData("\"mglmm-workspace\"", "\"coco\"", "format")]
    [InlineData("\"workspace\":{", "\"workspace\":[{", "damaged")]
    public async Task The_frame_must_be_ours(string old, string changed, string expected)
    {
        string folder = await SaveAsync();
        string path = Path.Combine(folder, "workspace.json");
        string text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, changed, StringComparison.Ordinal));
        Assert.Contains(expected, await FaultAsync(folder));
    }

    [Fact]
    public async Task Truncation_trailing_text_deep_nesting_and_no_text_at_all_are_damage()
    {
        string folder = await SaveAsync();
        string path = Path.Combine(folder, "workspace.json");
        byte[] whole = File.ReadAllBytes(path);
        foreach (byte[] content in (byte[][])
        [
            [], whole[..1], whole[..(whole.Length / 2)], whole[..^3], [.. whole, .. "{}"u8], [0xFF, 0xFE, .. whole], "null"u8.ToArray(), "[]"u8.ToArray(),
            Encoding.UTF8.GetBytes($"{{\"format\":\"mglmm-workspace\",\"workspace\":{new string('[', 100_000)}"),
            WorkspaceSeal.Close(Encoding.UTF8.GetBytes($"{{\"owner\":{string.Concat(Enumerable.Repeat("{\"a\":", 50))}1{new string('}', 50)}}}")),
        ])
        {
            File.WriteAllBytes(path, content);
            await FaultAsync(folder);
        }
    }

    [Fact]
    public async Task Files_must_be_there_and_as_they_were()
    {
        string folder = await SaveAsync();
        string picture = Directory.GetFiles(Path.Combine(folder, "images"))[0];
        byte[] bytes = File.ReadAllBytes(picture);
        File.Delete(picture);
        Assert.Contains("missing", await FaultAsync(folder));
        bytes[^20] ^= 1;
        File.WriteAllBytes(picture, bytes);
        Assert.Contains("checksum", await FaultAsync(folder));
        File.WriteAllBytes(picture, bytes[..^1]);
        Assert.Contains("instead of", await FaultAsync(folder));
        File.Delete(picture);
        Directory.CreateDirectory(picture);
        await FaultAsync(folder);

        string artifact = Directory.GetFiles(Path.Combine(folder = await SaveAsync(), "artifacts"))[0];
        File.WriteAllBytes(artifact, Enumerable.Repeat((byte)9, (int)new FileInfo(artifact).Length).ToArray());
        Assert.Contains("checksum", await FaultAsync(folder));
    }

    [Fact]
    public async Task A_picture_of_another_size_than_said_is_refused_even_where_its_checksum_fits()
    {
        string folder = await SaveAsync();
        string picture = Directory.GetFiles(Path.Combine(folder, "images"), "img2-*")[0];
        byte[] other = PngWriter.Encode(RgbImage.FromPixels(new byte[20 * 8 * 3], 20, 8));
        File.WriteAllBytes(picture, other);
        SavedWorkspace.Edit(folder, workspace =>
        {
            workspace["images"]![0]!["file_bytes"] = other.Length;
            workspace["images"]![0]!["file_sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(other));
        });
        Assert.Contains("pixels", await FaultAsync(folder));
    }

    [Fact]
    public async Task Links_are_not_followed()
    {
        string folder = await SaveAsync();
        string picture = Directory.GetFiles(Path.Combine(folder, "images"))[0];
        string outside = Path.Combine(oracle.NewFolder(), "outside.png");
        File.Move(picture, outside);
        try
        {
            File.CreateSymbolicLink(picture, outside);
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            return;
        }

        Assert.Contains("link", await FaultAsync(folder));
        folder = await SaveAsync();
        string images = Path.Combine(folder, "images");
        string moved = Path.Combine(oracle.NewFolder(), "images");
        Directory.Move(images, moved);
        Directory.CreateSymbolicLink(images, moved);
        Assert.Contains("link", await FaultAsync(folder));
        await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync(folder));
        Assert.Equal(3, Directory.GetFiles(moved).Length);
    }

    [Fact]
    public async Task More_than_the_limits_allow_is_refused_with_the_limit_to_raise()
    {
        string folder = await SaveAsync();
        await Beyond(new WorkspaceLimits { MaximumImages = 2 }, "MaximumImages");
        await Beyond(new WorkspaceLimits { MaximumTotalPixels = 100 }, "MaximumTotalPixels");
        await Beyond(new WorkspaceLimits { MaximumRegions = 2 }, "MaximumRegions");
        await Beyond(new WorkspaceLimits { MaximumMaskBytes = 20 }, "MaximumMaskBytes");
        await Beyond(new WorkspaceLimits { MaximumSets = 1 }, "MaximumSets");
        await Beyond(new WorkspaceLimits { MaximumArtifacts = 1 }, "MaximumArtifacts");
        await Beyond(new WorkspaceLimits { MaximumArtifactBytes = 4 }, "MaximumArtifactBytes");

        async Task Beyond(WorkspaceLimits limits, string limit) => Assert.Contains(
            limit, (await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder, limits))).Message);
    }

    [Fact]
    public async Task A_folder_without_a_save_says_so()
    {
        Assert.Contains("workspace.json is missing", await FaultAsync(oracle.NewFolder()));
        Assert.Contains("missing", await FaultAsync(Path.Combine(oracle.NewFolder(), "nothing")));
    }

    /// <summary>MGLMM_FUZZ_COUNT sets the number of mutations.</summary>
    [Fact]
    public async Task Whatever_is_changed_nothing_worse_than_the_named_refusal_happens()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), out int asked) ? asked : 2000;
        string folder = await SaveAsync();
        Dictionary<string, byte[]> files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Order().ToDictionary(path => path, File.ReadAllBytes);
        string json = Path.Combine(folder, "workspace.json");
        int refused = 0;
        for (int index = 0; index < count; index++)
        {
            Random random = new(index);
            string changed = random.Next(10) switch
            {
                < 7 => Sealed(files[json], random, json),
                < 9 => Bytes(json, Mutation(files[json], random)),
                _ => AnyFile(random),
            };
            try
            {
                (await VisionWorkspace.LoadAsync(folder)).IsConsistent();
            }
            catch (WorkspaceFormatException exception)
            {
                Assert.NotEmpty(exception.Message);
                Assert.DoesNotContain(folder, exception.Message);
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Mutation {index} of {Path.GetFileName(changed)}: {exception}");
            }

            File.WriteAllBytes(changed, files[changed]);
        }

        Assert.InRange(refused, count / 2, count);

        string AnyFile(Random random)
        {
            string path = files.Keys.ElementAt(random.Next(files.Count));
            if (random.Next(4) == 0)
            {
                File.Delete(path);
                return path;
            }

            return Bytes(path, Mutation(files[path], random));
        }
    }

    private static string Bytes(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>One to three values of the records become others, under a checksum that fits.</summary>
    private static string Sealed(byte[] original, Random random, string path)
    {
        JsonNode workspace = JsonNode.Parse(original)!["workspace"]!;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            List<JsonNode> nodes = new();
            Collect(workspace, nodes);
            if (nodes.Count == 0)
            {
                break;
            }

            JsonNode node = nodes[random.Next(nodes.Count)];
            JsonNode? value = Value(node, random, nodes);
            if (node.Parent is JsonObject parent)
            {
                string name = node.GetPropertyName();
                if (random.Next(12) == 0)
                {
                    parent.Remove(name);
                }
                else
                {
                    parent[name] = value;
                }
            }
            else if (node.Parent is JsonArray array)
            {
                int index = node.GetElementIndex();
                switch (random.Next(6))
                {
                    case 0:
                        array.RemoveAt(index);
                        break;
                    case 1:
                        array.Add(node.DeepClone());
                        break;
                    default:
                        array[index] = value;
                        break;
                }
            }
        }

        // Half a surrogate pair is JSON that no JSON tree can write.
        string text = workspace.ToJsonString().Replace("LONE", "\\uD800", StringComparison.Ordinal);
        File.WriteAllBytes(path, WorkspaceSeal.Close(Encoding.UTF8.GetBytes(text)));
        return path;

        static void Collect(JsonNode node, List<JsonNode> nodes)
        {
            IEnumerable<JsonNode?> children = node is JsonObject map ? map.Select(entry => entry.Value) : node is JsonArray array ? array : [];
            foreach (JsonNode child in children.OfType<JsonNode>())
            {
                nodes.Add(child);
                Collect(child, nodes);
            }
        }

        static JsonNode? Value(JsonNode node, Random random, List<JsonNode> nodes)
        {
            if (node is JsonValue && node.GetValueKind() == System.Text.Json.JsonValueKind.String && random.Next(2) == 0)
            {
                // A character or two of a string: run lengths above all.
                char[] text = node.GetValue<string>().ToCharArray();
                for (int flips = random.Next(1, 3); flips > 0 && text.Length > 0; flips--)
                {
                    text[random.Next(text.Length)] = (char)random.Next(40, 120);
                }

                return new string(text);
            }

            string[] values =
            [
                "null", "-1", "0", "1", "2", "2147483647", "-2147483648", "9223372036854775807", "1e308", "0.5", "true", "{}", "[]", "[null]", "[[]]", "\"\"", "\"..\"",
                "\"../../etc/passwd\"", "\"m1\"", "\"m5\"", "\"img2\"", "\"img3\"", "\"img4\"", "\"s1\"", "\"a1\"", "\"a\\u0000b\"", "\"LONE\"", "\"C:\\\\x\"", "[\"m1\",\"m2\"]", "[8,10]",
                "\"0000000000000000000000000000000000000000000000000000000000000000\"",
            ];
            return random.Next(5) switch
            {
                0 => new string('m', random.Next(1, 70_000)),
                1 => nodes[random.Next(nodes.Count)].DeepClone(),
                _ => JsonNode.Parse(values[random.Next(values.Length)]),
            };
        }
    }

    private static byte[] Mutation(byte[] original, Random random)
    {
        byte[] bytes = (byte[])original.Clone();
        if (bytes.Length < 2)
        {
            return [1];
        }

        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                for (int flips = random.Next(1, 8); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 64))..]];
            default:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(new string("[{\"0"[random.Next(4)], random.Next(1, 500))), .. bytes[at..]];
        }
    }

    private static void Set(JsonNode node, string path, JsonNode? value)
    {
        string[] steps = path.Split('.');
        foreach (string step in steps[..^1])
        {
            node = int.TryParse(step, out int index) ? node[index]! : node[step]!;
        }

        if (int.TryParse(steps[^1], out int last))
        {
            node[last] = value;
        }
        else
        {
            node[steps[^1]] = value;
        }
    }

    private async Task<string> SaveAsync()
    {
        string folder = oracle.NewFolder();
        await SavedWorkspace.New(oracle).SaveAsync(folder);
        return folder;
    }

    private async Task<string> FaultAsync(string folder) =>
        (await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder))).Message;
}

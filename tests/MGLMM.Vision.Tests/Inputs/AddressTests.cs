using System.Diagnostics;
using System.Net;
using System.Text;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Inputs;

/// <summary>https addresses: allowed hosts alone, at checked addresses alone, and no more than asked for.</summary>
public sealed class AddressTests(OracleTools oracle)
{
    private static readonly byte[] Picture = File.ReadAllBytes(OracleData.Image("landscape_97x61.png"));

    [Fact]
    public async Task A_picture_of_an_allowed_host_is_fetched_with_nothing_told_about_us()
    {
        await using LoopbackHttps server = new(LoopbackHttps.Answer(Picture, more: "Set-Cookie: a=b\r\n"));
        VisionToolset toolset = Toolset(server);
        using Activity parent = new System.Diagnostics.Activity("host").Start();
        OpenedImageResult opened = await toolset.OpenImageAsync($"https://{LoopbackHttps.Host}:{server.Port}/folder/a%20b.png?size=2#part").As<OpenedImageResult>();
        Assert.Equal(("img1", "a b.png", 97, "png"), (opened.Image, opened.Name, opened.WidthPx, opened.Format));
        await toolset.OpenImageAsync($"https://{LoopbackHttps.Host}:{server.Port}/").As<OpenedImageResult>();
        Assert.StartsWith("GET /folder/a%20b.png?size=2 HTTP/1.1\r\n", server.Requests[0]);
        Assert.All(server.Requests, request =>
        {
            foreach (string header in (string[])["cookie", "authorization", "traceparent", "referer", "gzip"])
            {
                Assert.DoesNotContain(header, request, StringComparison.OrdinalIgnoreCase);
            }
        });
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        int port = 0;
        await using LoopbackHttps server = new(async (stream, token) =>
            await LoopbackHttps.Answer([], status: 302, more: $"Location: https://{LoopbackHttps.Host}:{port}/secret.png\r\n")(stream, token));
        port = server.Port;
        await Fails(server, ToolErrorCodes.NotAllowed);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Bytes_are_capped_by_what_is_announced_and_by_what_comes()
    {
        using OracleModel model = new(card => card with { ImageLimits = new ImageLimits { MaximumBytes = 100_000 } });
        await using LoopbackHttps announced = new(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 900000000\r\n\r\n"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await Fails(announced, ToolErrorCodes.TooLarge, model);
        await using LoopbackHttps endless = new(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync(new byte[8192], token);
            }
        });
        await Fails(endless, ToolErrorCodes.TooLarge, model);
    }

    [Theory]
    [InlineData("text/html", "", "<html></html>")]
    [InlineData("image/svg+xml", "", "<svg/>")]
    [InlineData("image/png", "", "Not a picture")]
    [InlineData("image/png", "Content-Encoding: gzip\r\n", "x")]
    public async Task What_is_no_picture_is_refused_by_its_type_and_then_by_its_bytes(string type, string more, string body)
    {
        await using LoopbackHttps server = new(LoopbackHttps.Answer(Encoding.ASCII.GetBytes(body), type, more: more));
        await Fails(server, ToolErrorCodes.ImageUnreadable);
    }

    [Fact]
    public async Task Servers_that_fail_are_all_told_alike()
    {
        List<ToolError> errors = new();
        foreach (Func<Stream, CancellationToken, Task> answer in (Func<Stream, CancellationToken, Task>[])
        [
            LoopbackHttps.Answer(Picture, status: 404),
            LoopbackHttps.Answer(Picture, status: 500),
            LoopbackHttps.Answer(Picture, status: 401, more: "WWW-Authenticate: Basic\r\n"),
            (_, _) => Task.CompletedTask,
            async (stream, token) => await stream.WriteAsync("SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray(), token),
            async (stream, token) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nX: {new string('x', 200_000)}\r\n\r\n"), token),
            async (stream, token) => await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\nhalf"u8.ToArray(), token),
        ])
        {
            await using LoopbackHttps server = new(answer);
            errors.Add(await Fails(server, ToolErrorCodes.ImageNotFound));
        }

        // Names that do not resolve, hosts that do not answer, and certificates of others as well.
        await using LoopbackHttps other = new(LoopbackHttps.Answer(Picture));
        errors.Add(await Toolset(other, other.Network with { ResolveAsync = (_, _) => throw new System.Net.Sockets.SocketException(11001) })
            .OpenImageAsync(Address(other)).Fails(ToolErrorCodes.ImageNotFound));
        errors.Add(await Toolset(other, other.Network with { ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([]) })
            .OpenImageAsync(Address(other)).Fails(ToolErrorCodes.ImageNotFound));
        errors.Add(await Toolset(other, other.Network with { ConnectAsync = (_, _) => throw new System.Net.Sockets.SocketException(10061) })
            .OpenImageAsync(Address(other)).Fails(ToolErrorCodes.ImageNotFound));
        errors.Add(await new VisionToolset(
            oracle.Model, null, new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = [$"other.test:{other.Port}"] } }, null, other.Network)
            .OpenImageAsync($"https://other.test:{other.Port}/a.png").Fails(ToolErrorCodes.ImageNotFound));
        errors.Add(await Toolset(other, other.Network with { Roots = null }).OpenImageAsync(Address(other)).Fails(ToolErrorCodes.ImageNotFound));
        Assert.Empty(other.Requests);
        Assert.Single(errors.Distinct());
    }

    [Fact]
    public async Task A_server_that_dawdles_is_given_up()
    {
        FakeTime time = new();
        await using LoopbackHttps server = new(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\nhalf"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        Task<ToolResult> call = Toolset(server, server.Network with { Time = time }).OpenImageAsync(Address(server));
        await server.Asked.Task;
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await call.Fails(ToolErrorCodes.ImageNotFound);

        using CancellationTokenSource stop = new();
        Task<ToolResult> other = Toolset(server, server.Network with { ConnectAsync = async (_, token) => { await Task.Delay(Timeout.Infinite, token); return Stream.Null; } })
            .OpenImageAsync(Address(server), stop.Token);
        await stop.CancelAsync();
        await other.Fails(ToolErrorCodes.Cancelled);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("93.184.215.14,10.0.0.1")]
    [InlineData("10.0.0.1,93.184.215.14")]
    public async Task A_name_that_leads_inside_is_refused_before_anything_is_connected(string addresses)
    {
        Network network = new()
        {
            ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Split(',').Select(IPAddress.Parse)]),
            ConnectAsync = (_, _) => throw new InvalidOperationException("Nobody may be connected to."),
        };
        VisionToolset toolset = new(oracle.Model, null, new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = ["rebind.test"] } }, null, network);
        ToolError error = await toolset.OpenImageAsync("https://rebind.test/a.png").Fails(ToolErrorCodes.NotAllowed);
        Assert.DoesNotContain("rebind", error.ToJson());
        Assert.DoesNotContain("10.", error.ToJson());

        // The same words as for a host that is not allowed at all.
        Assert.Equal(await toolset.OpenImageAsync("https://elsewhere.test/a.png").Fails(ToolErrorCodes.NotAllowed), error);
    }

    [Fact]
    public async Task The_checked_address_is_the_one_connected_to()
    {
        int resolved = 0;
        List<IPEndPoint> connected = new();
        Network network = new()
        {
            // A name that changes its mind between check and use.
            ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(resolved++ == 0 ? "93.184.215.14" : "127.0.0.1")]),
            ConnectAsync = (endPoint, _) =>
            {
                connected.Add(endPoint);
                throw new IOException("No network here.");
            },
        };
        VisionToolset toolset = new(oracle.Model, null, new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = ["rebind.test"] } }, null, network);
        await toolset.OpenImageAsync("https://rebind.test/a.png").Fails(ToolErrorCodes.ImageNotFound);
        Assert.Equal("93.184.215.14:443", Assert.Single(connected).ToString());
        Assert.Equal(1, resolved);
        await toolset.OpenImageAsync("https://rebind.test/a.png").Fails(ToolErrorCodes.NotAllowed);
        Assert.Single(connected);
    }

    [Theory]
    [InlineData("https://pictures.test/a.png", true)]
    [InlineData("HTTPS://PICTURES.TEST/a.png", true)]
    [InlineData("https://pictures.test:443/a.png", true)]
    [InlineData("https://pictures.test:8443/a.png", false)]
    [InlineData("http://pictures.test/a.png", false)]
    [InlineData("https://pictures.test./a.png", false)]
    [InlineData("https://pictures.test.evil.test/a.png", false)]
    [InlineData("https://evilpictures.test/a.png", false)]
    [InlineData("https://user@pictures.test/a.png", false)]
    [InlineData("https://user:word@pictures.test/a.png", false)]
    [InlineData("https://pictures.test@evil.test/a.png", false)]
    [InlineData("https://evil.test\\@pictures.test/a.png", false)]
    [InlineData("https:\\\\pictures.test/a.png", false)]
    [InlineData("https://evil.test#@pictures.test/", false)]
    [InlineData("https://evil.test?pictures.test", false)]
    [InlineData("https://pictures.test /a.png", false)]
    [InlineData("https://pictures\t.test/a.png", false)]
    [InlineData("https:///pictures.test/a.png", false)]
    [InlineData("https://", false)]
    [InlineData("ftp://pictures.test/a.png", false)]
    [InlineData("file://pictures.test/a.png", false)]
    [InlineData("https://below.test/a.png", false)]
    [InlineData("https://one.below.test/a.png", false)]
    [InlineData("https://x.sub.below.test/a.png", true)]
    [InlineData("https://y.x.sub.below.test/a.png", true)]
    [InlineData("https://sub.below.test/a.png", false)]
    [InlineData("https://port.test:8443/a.png", true)]
    [InlineData("https://port.test/a.png", false)]
    [InlineData("https://bücher.test/a.png", true)]
    [InlineData("https://xn--bcher-kva.test/a.png", true)]
    [InlineData("https://93.184.215.14/a.png", true)]
    [InlineData("https://1572394766/a.png", true)]
    [InlineData("https://93.184.215.15/a.png", false)]
    [InlineData("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a.png", true)]
    [InlineData("https://[::1]/a.png", false)]
    [InlineData("https://127.0.0.1/a.png", false)]
    [InlineData("https://2130706433/a.png", false)]
    [InlineData("https://0x7f.1/a.png", false)]
    [InlineData("https://localhost/a.png", false)]
    public async Task Hosts_are_allowed_by_name_and_port(string source, bool reached)
    {
        int connected = 0;
        Network network = new()
        {
            ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")]),
            ConnectAsync = (_, _) =>
            {
                connected++;
                throw new IOException("No network here.");
            },
        };
        VisionToolset toolset = new(
            oracle.Model,
            null,
            new VisionToolsetOptions
            {
                Inputs = new ImageInputPolicy
                {
                    AllowedHosts =
                    [
                        "pictures.test", "*.sub.below.test", "port.test:8443", "bücher.test", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
                    ],
                },
            },
            null,
            network);
        await toolset.OpenImageAsync(source).Fails(reached ? ToolErrorCodes.ImageNotFound : ToolErrorCodes.NotAllowed);
        Assert.Equal(reached ? 1 : 0, connected);
    }

    [Fact]
    public async Task A_private_address_stays_refused_even_where_it_is_listed()
    {
        foreach (string host in (string[])["127.0.0.1", "10.0.0.7", "[::1]", "169.254.169.254"])
        {
            VisionToolset toolset = new(oracle.Model, options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = [host] } });
            await toolset.OpenImageAsync($"https://{host}/a.png").Fails(ToolErrorCodes.NotAllowed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.test")]
    [InlineData("*.*.example.test")]
    [InlineData("a.*.test")]
    [InlineData("*.93.184.215.14")]
    [InlineData("https://pictures.test")]
    [InlineData("pictures.test/folder")]
    [InlineData("user@pictures.test")]
    [InlineData("pictures.test:0")]
    [InlineData("pictures.test:https")]
    [InlineData("pictures.test.")]
    [InlineData("pictures .test")]
    [InlineData(null)]
    public void Entries_that_are_no_hosts_are_refused_at_the_start(string? host) =>
        Assert.Throws<ArgumentException>(() => new VisionToolset(
            oracle.Model, options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = [host!] } }));

    private static string Address(LoopbackHttps server) => $"https://{LoopbackHttps.Host}:{server.Port}/a.png";

    private VisionToolset Toolset(LoopbackHttps server, Network? network = null, IGroundingModel? model = null) => new(
        model ?? oracle.Model,
        null,
        new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedHosts = [$"{LoopbackHttps.Host}:{server.Port}"] } },
        null,
        network ?? server.Network);

    /// <summary>Opening a picture of the server fails so, in words that name neither host nor address.</summary>
    private async Task<ToolError> Fails(LoopbackHttps server, string code, IGroundingModel? model = null)
    {
        ToolError error = await Toolset(server, model: model).OpenImageAsync(Address(server)).Fails(code);
        string json = error.ToJson();
        Assert.DoesNotContain(LoopbackHttps.Host, json);
        Assert.DoesNotContain("127.0", json);
        Assert.DoesNotContain("SSL", json, StringComparison.OrdinalIgnoreCase);
        return error;
    }
}

// Command pulumi-resource-docker is a stand-in for Pulumi's Docker provider plugin, for machines that reach the Go module
// proxy but not Pulumi's download host. It bridges the same upstream Terraform provider, so resources behave the same. It
// has no docker.Image: build images with docker.RemoteImage.
package main

import (
	"encoding/json"
	"log"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	upstream "github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// version is set by the linker to the version of the official plugin that this one stands in for.
var version = "0.0.0"

// token gives a name like "RemoteImage" the form that the Node SDK uses: docker:index/remoteImage:RemoteImage.
func token(name string) string {
	return "docker:index/" + strings.ToLower(name[:1]) + name[1:] + ":" + name
}

func resource(name string) *tfbridge.ResourceInfo {
	return &tfbridge.ResourceInfo{Tok: tokens.Type(token(name))}
}

func dataSource(name string) *tfbridge.DataSourceInfo {
	return &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token(name))}
}

// keepName stops the bridge from making a list property's name plural.
func keepName(info *tfbridge.ResourceInfo, property, name string) *tfbridge.ResourceInfo {
	if info.Fields == nil {
		info.Fields = map[string]*tfbridge.SchemaInfo{}
	}
	info.Fields[property] = &tfbridge.SchemaInfo{Name: name}
	return info
}

func provider() tfbridge.ProviderInfo {
	container := keepName(keepName(resource("Container"), "command", "command"), "networks_advanced", "networksAdvanced")
	container.DeleteBeforeReplace = true // two containers cannot share a name
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(upstream.New(version)()),
		Name:    "docker",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"host": {Default: &tfbridge.DefaultInfo{
				Value:   "unix:///var/run/docker.sock",
				EnvVars: []string{"DOCKER_HOST"},
			}},
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container":      container,
			"docker_image":          keepName(resource("RemoteImage"), "name", "name"),
			"docker_network":        resource("Network"),
			"docker_volume":         resource("Volume"),
			"docker_tag":            resource("Tag"),
			"docker_registry_image": resource("RegistryImage"),
			"docker_plugin":         resource("Plugin"),
			"docker_secret":         resource("Secret"),
			"docker_config":         resource("ServiceConfig"),
			"docker_service":        resource("Service"),
			"docker_buildx_builder": resource("BuildxBuilder"),
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_network":                  dataSource("getNetwork"),
			"docker_image":                    dataSource("getRemoteImage"),
			"docker_registry_image":           dataSource("getRegistryImage"),
			"docker_registry_image_manifests": dataSource("getRegistryImageManifests"),
			"docker_plugin":                   dataSource("getPlugin"),
			"docker_logs":                     dataSource("getLogs"),
		},
	}
	info.SetAutonaming(255, "-")
	return info
}

func main() {
	schema, err := json.Marshal(map[string]string{"name": "docker", "version": version})
	if err != nil {
		log.Fatal(err)
	}
	tfbridge.Main("docker", version, provider(), schema)
}

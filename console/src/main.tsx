import "@mantine/core/styles.css"
import "virtual:theme.css"
import { Button, MantineProvider, Modal, Menu, Select, Tooltip, Skeleton, Table, Tabs, Drawer, Progress } from "@mantine/core"
import { useState, type ReactNode } from "react"
import { createRoot } from "react-dom/client"
import { theme } from "./theme/theme.ts"

function App(): ReactNode {
  const [o, setO] = useState(false)
  return <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <Button onClick={() => setO(true)}>Go</Button>
    <Modal opened={o} onClose={() => setO(false)} title="x"><Select data={["a","b"]} label="s" /></Modal>
    <Menu><Menu.Target><Button>Menu</Button></Menu.Target><Menu.Dropdown><Menu.Item>one</Menu.Item></Menu.Dropdown></Menu>
    <Tooltip label="t"><Button>T</Button></Tooltip><Skeleton h={20} w={100} /><Progress value={20} />
    <Table><Table.Tbody><Table.Tr><Table.Td>x</Table.Td></Table.Tr></Table.Tbody></Table>
    <Tabs defaultValue="a"><Tabs.List><Tabs.Tab value="a">a</Tabs.Tab></Tabs.List><Tabs.Panel value="a">p</Tabs.Panel></Tabs>
    <Drawer opened={false} onClose={() => setO(false)}>d</Drawer>
  </MantineProvider>
}
const root = document.getElementById("root")
if (root !== null) createRoot(root).render(<App />)
